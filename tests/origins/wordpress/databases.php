<?php
// `php databases.php SOCKET`
mysqli_report( MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT );
$database = new mysqli( 'localhost', 'root', '', '', 0, $argv[1] );
foreach ( array( 'a', 'b', 'c' ) as $one ) {
	$database->query( "CREATE DATABASE wordpress_$one CHARACTER SET utf8mb4" );
}
