<?php
// The second WordPress knows whom the first one does: then its nonces are the same. `php sessions.php SOCKET`
mysqli_report( MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT );
$database = new mysqli( 'localhost', 'root', '', '', 0, $argv[1] );
$database->query(
	"UPDATE wordpress_b.wp_usermeta b JOIN wordpress_a.wp_usermeta a USING (umeta_id, user_id, meta_key)
	SET b.meta_value = a.meta_value WHERE a.meta_key = 'session_tokens'"
);
