<?php
// `php databases.php SOCKET`
mysqli_report( MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT );
$database = new mysqli( 'localhost', 'root', '', '', 0, $argv[1] );
$database->query( 'CREATE DATABASE wordpress_a CHARACTER SET utf8mb4' );
$database->query( 'CREATE DATABASE wordpress_b CHARACTER SET utf8mb4' );
