### English. The words of every card; nothing else has texts for people.
### Bold and italics are not set here: a card decides what is emphasised.

## Numbers

percent = { $number } %
# Of a change that is not zero, but would be shown as zero.
percent-under = under { $limit } %

## Names

# What stands for a name of which nothing can be seen.
no-visible-name = (no visible name)
series = { $platform } { $metric }

metric-spotify-popularity_score = popularity
metric-spotify-followers = followers
metric-spotify-monthly_listeners = monthly listeners
metric-youtube-subscribers = subscribers
metric-youtube-total_views = views
metric-youtube-video_count = videos
metric-instagram-followers = followers
metric-instagram-media_count = posts
metric-discord-member_count = members
metric-discord-online_count = online

## Cards

# After the lines that fit.
more-lines = and { $count } more
# The heading above how many sections did not fit, and the line below it.
more-sections = And more
more-sections-count = { $count ->
    [one] { $count } more part
   *[other] { $count } more parts
}
# Before the questions that a reader may ask next.
next-questions = Next:
