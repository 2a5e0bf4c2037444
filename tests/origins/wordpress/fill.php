<?php
// Installs WordPress as its own installer does, and writes what a blog of some years has: `php fill.php WWW`.
// Nothing in it is of today, so that each run makes the same, but for the
// password that it prints. The other WordPresses become copies of the first.
define( 'WP_INSTALLING', true );
require $argv[1] . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/admin.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install( 'Aurora', 'editor', 'editor@shop.example', true, '', 'sound-for-everyone' );
wp_installing( false );
// As the installer's own first page asks: nothing was fetched from elsewhere.
delete_option( 'core_updater.lock' );
update_option( 'permalink_structure', '/%year%/%monthnum%/%postname%/' );
update_option( 'blogdescription', 'Loudspeakers & headphones, made in Tromsø' );
update_option( 'timezone_string', 'Europe/Oslo' );
update_option( 'posts_per_page', 5 );
update_option( 'page_comments', 1 );
update_option( 'comments_per_page', 5 );
update_option( 'thread_comments', 1 );
update_option( 'comment_moderation', 0 );
update_option( 'comment_previously_approved', 1 );
update_option( 'comment_max_links', 1 );
global $wpdb, $wp_rewrite;
$wp_rewrite->init();
create_initial_taxonomies(); // whose addresses are pretty only now

$reader = wp_insert_user( array( 'user_login' => 'reader', 'user_pass' => 'reads-a-lot', 'user_email' => 'reader@shop.example', 'role' => 'subscriber' ) );
$author = wp_insert_user( array( 'user_login' => 'author', 'user_pass' => 'writes-a-lot', 'user_email' => 'author@shop.example', 'role' => 'author', 'display_name' => 'Ingrid Ås' ) );
wp_set_current_user( 1 );
kses_remove_filters();

$categories = array();
foreach ( array( 'Headphones', 'Loudspeakers', 'Råd & tips' ) as $name ) {
	$categories[] = wp_create_category( $name );
}
$categories[] = wp_create_category( 'Wireless', $categories[0] );

function picture( $name, $width, $height, $parent ) {
	$image = imagecreatetruecolor( $width, $height );
	for ( $x = 0; $x < $width; $x += 8 ) {
		$colour = imagecolorallocate( $image, $x % 256, ( $x * 3 ) % 256, 120 );
		imagefilledrectangle( $image, $x, 0, $x + 7, $height - ( $x * 7 ) % $height, $colour );
	}
	$upload = wp_upload_dir( '2026/02' );
	$file   = $upload['path'] . '/' . $name;
	str_ends_with( $name, '.png' ) ? imagepng( $image, $file ) : imagejpeg( $image, $file );
	return attachment( $file, str_ends_with( $name, '.png' ) ? 'image/png' : 'image/jpeg', $parent );
}

function attachment( $file, $type, $parent ) {
	$id = wp_insert_attachment(
		array(
			'post_title'     => pathinfo( $file, PATHINFO_FILENAME ),
			'post_mime_type' => $type,
			'post_status'    => 'inherit',
			'post_date'      => '2026-02-01 10:00:00',
			'post_author'    => 1,
		),
		$file,
		$parent
	);
	wp_update_attachment_metadata( $id, wp_generate_attachment_metadata( $id, $file ) );
	return $id;
}

function post( $title, $content, $date, $more = array() ) {
	$id = wp_insert_post(
		array_merge(
			array(
				'post_title'     => $title,
				'post_content'   => $content,
				'post_status'    => 'publish',
				'post_date'      => $date,
				'post_author'    => 1,
				'comment_status' => 'open',
			),
			$more
		),
		true
	);
	if ( is_wp_error( $id ) ) {
		throw new Exception( $id->get_error_message() );
	}
	$wpdb = $GLOBALS['wpdb'];
	$wpdb->update( $wpdb->posts, array( 'post_modified' => $date, 'post_modified_gmt' => $date ), array( 'ID' => $id ) );
	return $id;
}

function paragraph( $text ) {
	return "<!-- wp:paragraph -->\n<p>$text</p>\n<!-- /wp:paragraph -->\n\n";
}

// The first post and page of the installer carry the time of the installation.
wp_delete_post( 1, true );
wp_delete_post( 2, true );
wp_delete_post( 3, true );

$offer = "<!-- wp:html -->\n<!--edge:slot offer--> <p class=\"offer\">Free shipping</p> <!--/edge:slot-->\n<!-- /wp:html -->\n\n";
for ( $number = 1; $number <= 12; $number++ ) {
	$text = '';
	for ( $line = 0; $line < $number; $line++ ) {
		$text .= paragraph( "Sound $number.$line: <strong>bass</strong>, treble &amp; what is “between” — ikke mye, blåbær." );
	}
	post(
		"Sound number $number",
		$number % 3 ? $text : $text . $offer,
		sprintf( '2026-%02d-%02d 08:%02d:00', 1 + $number % 9, $number, $number ),
		array(
			'post_category' => array( $categories[ $number % 4 ] ),
			'tags_input'    => array( 'sound', "series $number", $number % 2 ? 'odd' : 'jevn 👂' ),
			'post_author'   => $number % 2 ? 1 : $author,
			'post_excerpt'  => $number % 4 ? '' : 'In short: listen.',
		)
	);
}
$hello = post( 'Hello from the north', $offer . paragraph( 'Twenty years of quiet.' ), '2026-10-01 09:00:00', array( 'tags_input' => array( 'sound' ) ) );
$photo = picture( 'north.png', 1400, 900, $hello );
$small = picture( 'south.jpg', 640, 480, $hello );
set_post_thumbnail( $hello, $photo );
stick_post( $hello );
$src = wp_get_attachment_url( $photo );
$gallery = post(
	'A gallery',
	'<!-- wp:image {"id":' . $photo . ',"sizeSlug":"large"} --><figure class="wp-block-image size-large"><img src="' . $src . '" alt="North" class="wp-image-' . $photo . '"/></figure><!-- /wp:image -->'
	. "\n\n[gallery ids=\"$photo,$small\"]\n\n<!--more-->\n\n" . paragraph( 'More below.' ),
	'2026-09-02 09:00:00'
);
post( 'In two parts', paragraph( 'The first part.' ) . "<!--nextpage-->\n" . paragraph( 'The second part.' ), '2026-09-03 09:00:00' );
post( 'A secret', paragraph( 'The secret is out.' ), '2026-09-04 09:00:00', array( 'post_password' => 'open sesame' ) );
post( 'For editors', paragraph( 'Not for everybody.' ), '2026-09-05 09:00:00', array( 'post_status' => 'private' ) );
$draft = post( 'A draft', paragraph( 'Not yet.' ), '2026-09-06 09:00:00', array( 'post_status' => 'draft' ) );
post( 'Kopfhörer für alle', paragraph( 'Auf Deutsch: ÄÖÜ ß €.' ), '2026-09-07 09:00:00' );
post( 'A long one', str_repeat( paragraph( str_repeat( 'sound ', 60 ) ), 400 ), '2026-09-08 09:00:00' );

$about = post( 'About us', paragraph( 'From the north.' ) . $offer . $offer, '2026-01-01 08:00:00', array( 'post_type' => 'page' ) );
post( 'People', paragraph( 'Ingrid and others.' ), '2026-01-01 09:00:00', array( 'post_type' => 'page', 'post_parent' => $about ) );
post( 'Pricing', "<!-- wp:html -->\n<table><tr><td>One<td>price</table>\n<!-- /wp:html -->", '2026-01-01 10:00:00', array( 'post_type' => 'page' ) );

$upload = wp_upload_dir( '2026/02' );
$seed = 'sound';
$bytes = '';
while ( strlen( $bytes ) < 3000000 ) {
	$seed   = hash( 'sha512', $seed, true );
	$bytes .= $seed;
}
file_put_contents( $upload['path'] . '/catalogue.pdf', "%PDF-1.4\n" . $bytes );
attachment( $upload['path'] . '/catalogue.pdf', 'application/pdf', $about );

$parent = 0;
for ( $number = 1; $number <= 14; $number++ ) {
	$comment = wp_insert_comment(
		array(
			'comment_post_ID'      => $hello,
			'comment_author'       => $number % 2 ? 'Åse' : 'Tom & Jerry',
			'comment_author_email' => "guest$number@shop.example",
			'comment_author_url'   => $number % 3 ? '' : 'http://guest.example/',
			'comment_content'      => "Comment $number: <em>fine</em>, & \"quoted\".",
			'comment_approved'     => 7 === $number ? 0 : 1,
			'comment_parent'       => 3 === $number % 5 ? $parent : 0,
			'comment_date'         => sprintf( '2026-10-%02d 12:00:00', $number ),
			'comment_date_gmt'     => sprintf( '2026-10-%02d 10:00:00', $number ),
		)
	);
	$parent  = 7 === $number ? $parent : $comment;
}
flush_rewrite_rules( false );
delete_expired_transients( true );

// What WordPress would find out on its first pages, at a moment of its choice.
set_site_transient( 'update_core', (object) array( 'last_checked' => time(), 'updates' => array(), 'version_checked' => get_bloginfo( 'version' ) ) );
set_site_transient( 'update_plugins', (object) array( 'last_checked' => time(), 'checked' => array(), 'response' => array() ) );
set_site_transient( 'update_themes', (object) array( 'last_checked' => time(), 'checked' => array(), 'response' => array() ) );
update_option( 'finished_updating_comment_type', 1 );

mysqli_report( MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT );
$password = WP_Application_Passwords::create_new_application_password( 1, array( 'name' => 'a program' ) );
echo $password[0];
$database = $wpdb->dbh;
foreach ( $wpdb->get_col( 'SHOW TABLES' ) as $table ) {
	foreach ( array( 'b', 'c' ) as $one ) {
		$database->query( "CREATE TABLE wordpress_$one.$table LIKE $table" );
		$database->query( "INSERT INTO wordpress_$one.$table SELECT * FROM $table" );
	}
}
