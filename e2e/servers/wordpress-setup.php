<?php
// Sets up a fresh blog for the tests. $passwords is what the paths of the
// files begin with into which the application passwords go.
update_option('comment_previously_approved', 0);
update_option('comment_moderation', 0);
update_option('timezone_string', 'Europe/Paris');
wp_create_user('reader', 'readerpw', 'reader@example.test');
$author = wp_create_user('guest-author', 'authorpw', 'author@example.test');
(new WP_User($author))->set_role('author');
foreach (['admin', 'reader', 'guest-author'] as $name) {
    [$password] = WP_Application_Passwords::create_new_application_password(get_user_by('login', $name)->ID, ['name' => 'vigie']);
    file_put_contents($passwords.$name, $password);
}
