<?php
// Nothing calls another machine, nor the blog itself.
defined('WP_HTTP_BLOCK_EXTERNAL') || define('WP_HTTP_BLOCK_EXTERNAL', true);
defined('DISABLE_WP_CRON') || define('DISABLE_WP_CRON', true);
// What the tests need of a blog: comments in quick succession, and no mail.
add_filter('comment_flood_filter', '__return_false', 99);
add_filter('pre_wp_mail', '__return_true');
// Visitors' words are published at once; two words have them held or binned.
add_filter('pre_comment_approved', function ($approved, $comment) {
    if (str_contains($comment['comment_content'], 'À-MODÉRER')) return 0;
    if (str_contains($comment['comment_content'], 'PILULES')) return 'spam';
    return $approved;
}, 99, 2);
// Without pretty permalinks a web server knows no /wp-json, which this one does.
if (get_option('permalink_structure') === '' && str_contains((string) parse_url($_SERVER['REQUEST_URI'] ?? '', PHP_URL_PATH), '/wp-json')) {
    http_response_code(404);
    exit;
}
