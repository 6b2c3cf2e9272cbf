<?php
// What the tests need of a blog: comments in quick succession, and no mail.
add_filter('comment_flood_filter', '__return_false', 99);
add_filter('pre_wp_mail', '__return_true');
// Visitors' words are published at once; two words have them held or binned.
add_filter('pre_comment_approved', function ($approved, $comment) {
    if (str_contains($comment['comment_content'], 'À-MODÉRER')) return 0;
    if (str_contains($comment['comment_content'], 'PILULES')) return 'spam';
    return $approved;
}, 99, 2);
