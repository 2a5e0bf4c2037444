<?php
// WordPresses that share their code and nothing else: nginx says which one it is by TWIN.
$edge_twin = $_SERVER['TWIN'];
$edge_folder = dirname( __DIR__ );

// What an operator behind Edge writes: the visitor came by https where Edge says so.
if (($_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '') === 'https') {
    $_SERVER['HTTPS'] = 'on';
}

define( 'WP_HOME', ( isset( $_SERVER['HTTPS'] ) ? 'https://' : 'http://' ) . $_SERVER['HTTP_HOST'] );
define( 'WP_SITEURL', WP_HOME );

define( 'DB_NAME', "wordpress_$edge_twin" );
define( 'DB_USER', 'root' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', "localhost:$edge_folder/mariadb.sock" );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
$table_prefix = 'wp_';

foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $edge_name ) {
	define( $edge_name . '_KEY', "the tests' key: $edge_name" );
	define( $edge_name . '_SALT', "the tests' salt: $edge_name" );
}

define( 'WP_CONTENT_DIR', "$edge_folder/$edge_twin/wp-content" );
define( 'WP_HTTP_BLOCK_EXTERNAL', true ); // tests talk to this machine only
define( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1' );
define( 'DISABLE_WP_CRON', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'FS_METHOD', 'direct' );

if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
