<?php
// All that a WordPress has stored, a line a row: `php dump.php SOCKET DATABASE`
mysqli_report( MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT );
$database = new mysqli( 'localhost', 'root', '', $argv[2], 0, $argv[1] );
$database->set_charset( 'utf8mb4' );
foreach ( $database->query( 'SHOW TABLES' )->fetch_all() as list( $table ) ) {
	// An option is written anew under the same name, and its number is spent.
	$what = 'wp_options' === $table ? 'option_name, option_value, autoload' : '*';
	foreach ( $database->query( "SELECT $what FROM $table ORDER BY 1, 2" )->fetch_all() as $row ) {
		echo $table, ' ', json_encode( $row, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR ), "\n";
	}
}
