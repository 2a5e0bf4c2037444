"""The name under which ready-made blocks will be installed. A site's own blocks need nothing from here."""
