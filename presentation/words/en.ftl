### English. The words of every card; nothing else has texts for people.
### Bold and italics are not set here: a card decides what is emphasised.

## Numbers

percent = { $number } %
# Of a change that is not zero, but would be shown as zero.
percent-under = under { $limit } %
number-under = under { $limit }

## Names

# What stands for a name of which nothing can be seen.
no-visible-name = (no visible name)
series = { $platform } { $metric }

# Beside a number in the form that it asks for; alone in the form of other.
metric-spotify-popularity_score = popularity
metric-spotify-followers = { $count ->
    [one] follower
   *[other] followers
}
metric-spotify-monthly_listeners = { $count ->
    [one] monthly listener
   *[other] monthly listeners
}
metric-spotify-daily_listeners = { $count ->
    [one] listener a day
   *[other] listeners a day
}
metric-spotify-daily_streams = { $count ->
    [one] stream a day
   *[other] streams a day
}
metric-spotify-monthly_active_listeners = { $count ->
    [one] monthly active listener
   *[other] monthly active listeners
}
metric-spotify-super_listeners = { $count ->
    [one] super listener
   *[other] super listeners
}
metric-spotify-daily_playlist_adds = { $count ->
    [one] playlist add a day
   *[other] playlist adds a day
}
metric-spotify-daily_saves = { $count ->
    [one] save a day
   *[other] saves a day
}
metric-spotify-releases = { $count ->
    [one] release
   *[other] releases
}
metric-youtube-subscribers = { $count ->
    [one] subscriber
   *[other] subscribers
}
metric-youtube-total_views = { $count ->
    [one] view
   *[other] views
}
metric-youtube-video_count = { $count ->
    [one] video
   *[other] videos
}
metric-youtube-daily_views = { $count ->
    [one] view a day
   *[other] views a day
}
metric-instagram-followers = { $count ->
    [one] follower
   *[other] followers
}
metric-instagram-media_count = { $count ->
    [one] post
   *[other] posts
}
metric-instagram-daily_reach = { $count ->
    [one] account reached a day
   *[other] accounts reached a day
}
metric-instagram-daily_views = { $count ->
    [one] view a day
   *[other] views a day
}
metric-instagram-daily_visits = { $count ->
    [one] profile visit a day
   *[other] profile visits a day
}
metric-instagram-daily_follows = { $count ->
    [one] new follower a day
   *[other] new followers a day
}
metric-instagram-daily_interactions = { $count ->
    [one] interaction a day
   *[other] interactions a day
}
metric-deezer-fans = { $count ->
    [one] fan
   *[other] fans
}
metric-deezer-albums = { $count ->
    [one] album
   *[other] albums
}
metric-listenbrainz-listeners = { $count ->
    [one] listener
   *[other] listeners
}
metric-listenbrainz-listens = { $count ->
    [one] listen
   *[other] listens
}
metric-wikipedia-page_views = { $count ->
    [one] page view a day
   *[other] page views a day
}
metric-discord-member_count = { $count ->
    [one] member
   *[other] members
}
metric-discord-online_count = { $count ->
   *[other] online
}
approximate-metric = { $metric } (approximate)

## Cards

# After the lines that fit.
more-lines = and { $count } more
# Where no button can turn the page.
more-pages = { $count ->
    [one] { $count } more page
   *[other] { $count } more pages
}
# Before the questions that a reader may ask next.
next-questions = Next:
# In the last line of a message that has several pages.
page-of-pages = page { $page } of { $pages }
previous-page = Previous
next-page = Next
# The last option of a list of artists in a message: leads to others of all artists.
control-more-artists = More artists: { $from } to { $to } of { $all }
# To somebody who pressed a button that an earlier or later version of the program made.
control-other-version = this button was made by another version of the program and no longer works: ask the question again
control-artist-gone = the artist of this button is not in the roster any more: ask the question again

## Pieces that several cards use

as-of = as of { $day }
of-day = of { $day }
oldest-of-day = oldest of { $day }
from-to = { $from } to { $to }
in-brackets = ({ $text })
labelled = { $label }: { $text }
sample-data = sample data
sample-note = sample data: fictional artists, made-up figures
all-artists = All artists
the-label = The label
total = Total
points = { $count ->
    [one] point
   *[other] points
}
good-to-know = Good to know
no-figures-yet = No figures yet.
no-figures-of-artists = No figures of artists yet.
no-recent-figures = no figures of the last 30 days
value-of-metric = { $value } { $metric }
score-of-100 = { $value } of 100 { $metric }
value-too-old = { $value } is of { $day }, too old
change-in-days = { $change } in { $days }
of-artists = { $added } of { $artists }
days-count = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
artists-count = { $count ->
    [one] { $count } artist
   *[other] { $count } artists
}
figures-count = { $count ->
    [one] { $count } figure
   *[other] { $count } figures
}
views-count = { $count ->
    [one] { $count } view
   *[other] { $count } views
}
# Names of artists, and how many there are besides.
names-and-more = { $names } and { $count } more
# "and 3 more, 2 without a forecast"
and-rest = and { $rest }
rest-more = { $count } more
rest-without-forecast = { $count } without a forecast
rest-unchecked = { $count } not checked yet

## Why a figure is missing

missing-no-account = no { $platform } account
missing-no-figures = no figures yet
missing-not-offered = the platform does not offer it to the label's access
missing-hidden = hidden by the account's owner
missing-not-found = no such account found there
missing-refused = the platform refused to give it
missing-not-yet = the platform has not published it yet
missing-failed = the platform was asked and gave no answer that can be read
missing-no-baseline = no earlier value to compare with
missing-baseline-zero = started at 0
missing-too-old = older than 30 days, of { $day }
missing-no-newer = { $line }; since { $day }: { $why }
missing-withheld = what came was withheld, { $reason }
missing-all-too-old = figures are more than 30 days old
missing-not-in-days = none of these days, the newest is of { $day }
missing-unconfirmed-zero = zero so far, not confirmed
missing-current-copied = not known yet, the newest figure is a copy
missing-not-forecast = the { $model } model has not forecast this value
missing-already-past = the days end on { $day }, which is past
missing-no-list = none seen yet
missing-empty-list = an empty list on { $day }
missing-beyond-horizon = the forecast does not reach that far
missing-no-forecast = no forecast
missing-too-few-values = { $have ->
    [one] { $have } daily value so far, a forecast needs { $need }
   *[other] { $have } daily values so far, a forecast needs { $need }
}
missing-too-few-weeks = fewer than { $need } whole weeks known in a row
missing-too-large = the values are too large to compute with
missing-no-solution = the model found no forecast for these values

## Flags

flag-level_change = level change on { $days }
flag-counter_fell = platform took some back on { $days }
flag-platform_purge = platform removed accounts of several artists on { $days }
flag-rounded = rounded by the source
flag-copied_forward = copied from an earlier day, not measured, on { $days }
flag-gap = days missing before { $days }
flag-unconfirmed_zero = zero up to { $days }, not confirmed
days-and-more = { $count ->
    [one] { $days } and { $count } more day
   *[other] { $days } and { $count } more days
}
flagged-series = { $artist }, { $series }: { $flags }

## Findings

finding-change = { $series }: { $change } on { $day } ({ $usual })
finding-change-over = { $series }: { $change } a day over the { $days } up to { $day } ({ $usual })
finding-usual = usual { $usual }, { $range }
finding-range = range { $lower } to { $upper }
finding-level = { $series }: { $values } on { $day }, another level: { $moved }
finding-level-between = { $series }: { $values } between { $from } and { $day }, another level: { $moved }
finding-moved-source = several artists jumped on the same day, so the platform changed something
finding-moved-purge = the platform removed accounts of several artists
finding-moved-artist = the other artists did not jump
finding-moved-unknown = the other artists do not tell whether it was the platform
finding-pace = { $series }: { $direction }, { $now } a day since { $day }, before { $before } ({ $range })
finding-turned-up = rising instead of falling
finding-turned-down = falling instead of rising
finding-grows-faster = growing faster
finding-grows-slower = growing more slowly
finding-falls-faster = falling faster
finding-falls-slower = falling more slowly
finding-grows = growing
finding-falls = falling
finding-grows-no-longer = no longer growing
finding-falls-no-longer = no longer falling
finding-stands = standing still
finding-more-a-day = more than before
finding-less-a-day = less than before
finding-viral = viral on { $day }: { $parts }
finding-cooling = viral on { $day }, by now back at the usual pace: { $parts }
finding-item = “{ $item }”, { $series }
finding-part = { $what } { $change } a day (usual { $usual })
finding-streak = { $series }: { $count ->
    [one] { $count } rise in a row, { $values }, { $since } to { $day }
   *[other] { $count } rises in a row, { $values }, { $since } to { $day }
}
finding-record = { $series }: highest value so far, { $value } on { $day } (before { $former }, of { $since })
finding-milestone = { $series }: { $reached } reached on { $day } ({ $values })
finding-milestone-between = { $series }: { $reached } reached between { $from } and { $day } ({ $values })
finding-goal = goal { $threshold }
finding-by-jump = by a jump to another level
finding-achievement = earned on { $day }: { $achievement }
finding-chance-often = { $count ->
    [one] by chance about once a month
   *[other] by chance about { $count } times a month
}
finding-chance-months = { $count ->
    [one] by chance about once a month
   *[other] by chance about once in { $count } months
}
finding-chance-years = by chance about once in { $count } years
finding-chance-rare = by chance less than once in { $count } years

## Models

model-ensemble = ensemble
model-linear = linear
model-arima = ARIMA
model-neural = neural
model-naive = “it stays as it is”
model-other = another
model-none = no model
model-named = { $model } model
models-named = models: { $models }

## Card of "stats"

stats-title = { $label } · the label in figures
stats-method = each artist’s newest value added up
stats-top = Top { $series }
stats-left-out = Not in the totals
stats-left-out-artist = { $artist } · { $figures }, not newer than { $day }

## Card of "artist"

artist-method = changes over { $days }
artist-missing-lists = Not there on this day
artist-top-tracks = Top tracks · { $platform }
artist-top-videos = Top videos · { $platform }
artist-newest-release = Newest release · { $platform }
release-album = album
release-single = single
release-compilation = compilation
track-popularity = popularity { $points }
# Figures of a period, from a file.
artist-songs = Songs · { $platform } · { $period }
artist-playlists = Playlists · { $platform } · { $period }
artist-song-weeks = Streams of single songs in 7 days · { $platform }
artist-from-source = from { $sources }
artist-later = later than { $day }, the day of this answer
artist-withheld = { $count ->
    [one] { $count } figure of this file was not accepted
   *[other] { $count } figures of this file were not accepted
}
song-week-unknown = not all of the 7 days to { $day } are known
song-week-until = to { $day }
song-week-change = { $change } compared with the 7 days before
streams-count = { $count ->
    [one] { $count } stream
   *[other] { $count } streams
}
listeners-count = { $count ->
    [one] { $count } listener
   *[other] { $count } listeners
}
saves-count = { $count ->
    [one] { $count } save
   *[other] { $count } saves
}
streams-unknown = streams not known
listeners-unknown = listeners not known
saves-unknown = saves not known
playlist-by = by { $author }
control-growth = Growth
control-predict = Forecast

## Card of "growth"

growth-title = { $subject } · growth over { $days }
growth-method = newest value less the one { $days } before
# Behind a mean a day over whole weeks, which is compared with that of as many weeks before.
mean-of-days = mean of { $days }
growth-more-moved = { $count } more moved
growth-unchanged = { $count } unchanged
growth-not-comparable = { $count } without a figure to compare
growth-left-out-artist = { $artist } · { $figures }: { $why }
growth-oldest = Totals include newest values from { $day } on.

## Card of "predict"

predict-title = { $subject } · { $days } ahead
predict-lead = Newest value → expected { $days } after it; 4 of 5 outcomes should fall in the 80 % interval.
predict-lead-too-narrow = Newest value → expected { $days } after it. The 80 % interval is made for 4 of 5 outcomes; some have held fewer so far, as noted.
predict-other-models = Where the model asked for was farther off than “it stays as it is”, the next best one is shown and named; where none was nearer, “it stays as it is”.
predict-too-narrow = { $count ->
    [one] { $count } of these 80 % intervals has held clearly fewer than 4 of 5 outcomes so far: ask for its artist to see the record
   *[other] { $count } of these 80 % intervals have held clearly fewer than 4 of 5 outcomes so far: ask for their artist to see the record
}
predicted-80 = { $predicted } (80 %: { $lower }–{ $upper })
interval-95 = 95 %: { $lower }–{ $upper }
predict-total = { $total } of { $artists }
predict-total-method = a total adds the artists’ values day by day, where each has one of that day or the { $days } before, and is forecast like one series ({ $model })
predict-left-out = not in the total of { $series }: { $artists } ({ $why })
no-value-of-30-days = no value of the last 30 days
too-few-values-so-far = too few values so far
artist-until = { $artist } until { $day }
no-value-near-the-others = no value near the newest of the others
goal-when = goal { $value }: { $when }
goal-reached = reached, since { $since }
goal-reached-or-earlier = reached, since { $since } or earlier
goal-no-forecast = no forecast
goal-later-than = later than { $days }
goal-expected = expected on { $expected }
goal-expected-range = expected on { $expected } (80 %: { $earliest } to { $latest })
goal-unlikely = not expected within { $days } (80 %: { $earliest } to { $latest })
goal-not-within = not within { $days }

## How far off earlier forecasts were

record-short = off by { $off }, median of { $checked }
record-unchecked = not checked yet
record-beside = earlier { $days }-day forecasts were { $record }
record-beside-none = no earlier { $days }-day forecast could be checked yet
record-held-80 = the 80 % interval contained { $held } of { $checked }
record-held-80-few = the 80 % interval contained only { $held } of { $checked }: outcomes are outside it more often than it says
record-held-few = the 80 % interval contained only { $held }: narrower than it says
record-too-narrow = the intervals were narrower than they say
record-instead = { $model } is shown: the { $asked } was off by { $off } at this distance, “it stays as it is” by { $naive }, median of { $checked }
record-held = the 80 % interval contained { $held }
record-none = no { $days }-day forecast could be checked yet
record-off = { $days }-day forecasts were typically off by { $off } (median of { $checked })
record-outcomes = { $checked ->
    [one] of { $checked } outcome { $held }
   *[other] of { $checked } outcomes { $held }
}
record-in-80 = { $held } in the 80 % interval
record-in-95 = { $held } in the 95 % interval
record-naive = saying “it stays as it is” would have been off by { $off }
record-naive-farther = saying “it stays as it is” would have been off by { $off }: the forecasts were nearer
record-naive-equal = saying “it stays as it is” would have been off by { $off }: just as far
record-naive-nearer = saying “it stays as it is” would have been off by { $off }: the forecasts were farther off
accuracy-title = { $subject } · how far off { $days }-day forecasts were
accuracy-lead = Forecasts made for earlier days from what was known then, compared with what came.

## Card of "battle"

battle-title = { $one } vs { $two }
battle-method = the greater newest value leads
battle-nobody = There is no figure that both have, so nobody leads.
battle-leads = { $artist } leads { $won } to { $lost } over { $figures } that both have.
battle-tie = A tie, { $won } all, over { $figures } that both have.
battle-not-compared = Not compared
battle-both-have = both have { $missing }
battle-has = { $artist } has { $missing }
battle-too-old = { $artist }’s is of { $day }, too old
battle-zero = { $artist }’s zero is not confirmed

## Card of "leaderboard"

leaderboard-title = { $ranking } · leaderboard
leaderboard-method = in brackets the change in { $days }, with ▲▼ places
leaderboard-sum = { $ranking } = { $parts }
leaderboard-sum-note = who follows on two platforms counts twice; what is missing adds nothing
leaderboard-momentum = what reach gains a week at the pace of the last two weeks, less the median week before, as a share of reach
leaderboard-engagement = YouTube views of 28 days for each subscriber
leaderboard-none = No artist has a figure of the last 30 days.
leaderboard-parts = { $known } of { $all } parts
leaderboard-unranked = Not ranked
leaderboard-no-account = no account on these platforms

## Card of "trends"

trends-title = { $subject } · noteworthy in { $days }
trends-method = what needed a test comes to each artist { $chance }
trends-none = Nothing noteworthy: every figure moved within what is usual for it.
trends-none-of-kind = Nothing of this kind in these days.
trends-doubtful = Marked by the validator
corrections = Withheld, corrected and taken back
corrections-withheld = { $series } of { $day }: { $found } withheld, { $reason }
corrections-replaced = { $series } of { $day }: { $before } corrected to { $now } on { $on }
corrections-removed = { $series } of { $day }: { $before } taken back on { $on }
corrections-added = { $series } of { $day }: { $now } added on { $on }
corrections-taken-back = taken back on { $day }, { $why }: { $finding }
taken-back-late = as figures came late
taken-back-marked = as the validator marked figures later
taken-back-corrected = as figures were corrected
withheld-missing = the source had none
withheld-zero_without_account = zero without an account
withheld-unknown_metric = not known to this version
withheld-no_metrics = nothing was given
withheld-not_a_number = not a number
withheld-not_whole = a count with a fraction
withheld-negative = a count below zero
withheld-out_of_range = outside what it can be
withheld-future_date = dated in the future
withheld-zero_after_positive = a zero after figures above zero
withheld-conflict = another figure of this day is stored

## Card of "momentum"

momentum-title = { $subject } · pace of the last { $days }
momentum-method = pace of the last { $days } against the median week of up to 12 before; the range holds 9 of 10 while nothing changes
momentum-turning = Turning
momentum-accelerating = Speeding up
momentum-slowing = Slowing down
momentum-none = No figure has changed its pace.
momentum-as-before = { $count ->
    [one] { $count } figure at its pace of before
   *[other] { $count } figures at their pace of before
}
momentum-not-comparable = { $count } without enough weeks to compare
pace-as-before = as before

## Card of "viral"

viral-title = { $subject } · going viral, { $within }
viral-within-24h = on the last day
viral-within-7d = last 7 days
viral-within-30d = last 30 days
viral-within-all = all days
viral-method = viral: several figures, or one track or video, far above their usual day together
viral-none = Nothing went viral.
viral-alone = One figure alone far above its usual day
viral-cooled = Back to usual
viral-not-observed = No figures of these days

## Card of "help"

help-title = What can be asked
help-method = a part of a name is enough; case and accents do not matter

## Card of "spotlight"

spotlight-title = { $subject } · in the spotlight
spotlight-nobody = Nobody
spotlight-method = the artist of the least likely good finding since { $day }; without one, of the greatest milestone, record or streak; without one, of the greatest growth of reach
spotlight-none = Nobody’s week stands out: no good finding, no milestone, and nobody’s reach grew.
spotlight-least-likely = The least likely good news of the week: { $finding }
spotlight-mark = Reached this week: { $finding }
spotlight-growth = The greatest growth of total reach this week: { $values } ({ $change })
spotlight-findings = Also this week

## Card of "milestones"

milestones-title = { $subject } · milestones
milestones-method = steps 10, 25, 50, 100, 250 …; days by the ensemble’s forecast, or the model with the best record
milestones-expected = Expected
milestones-possible = Possible within the forecast, not expected
milestones-not-in-sight = Not in sight
milestones-no-forecast = Without a forecast so far
milestones-unknown = Not known
milestones-reached = Reached
milestones-none = Nothing reached so far.
milestones-before = was there before, until { $day }
milestones-next = { $series }: { $current }, next { $next } ({ $left } to go)
milestones-goals = Goals
milestones-goals-reached = Goals reached
milestones-goal = { $series }: { $current }, goal { $goal } ({ $left } to go)
milestones-goal-reached = { $series }: goal { $goal } reached on { $day }
milestones-goal-without = { $series }: goal { $goal }
outlook-kept = by { $day }: in time
outlook-missed = by { $day }: missed
outlook-expected = by { $day }: expected in time
outlook-possible = by { $day }: possible, not expected
outlook-unlikely = by { $day }: not expected
outlook-unknown = by { $day }: too far ahead to say

## Card of "weekly"

weekly-title = The label’s week · { $from } to { $to }
weekly-method = newest values of the week less the last ones before it
weekly-time-zone = Time zone: { $time_zone }
weekly-so-far = { $days ->
    [one] one day of the week so far, up to { $day }; observed: { $observed }
   *[other] { $days } days of the week, up to { $day }; { $observed } of them observed
}
weekly-reach = Total reach
weekly-gained-most = gained most: { $artist } { $change } ({ $values })
weekly-lost-most = lost most: { $artist } { $change } ({ $values })
weekly-findings = Noteworthy
weekly-expected = Expected by { $day }
weekly-expected-each = Expected 7 days after the newest figures
weekly-unobserved = Nothing was observed in this week. The newest figures are of { $day }.

## Card of "achievements"

achievements-title = { $subject } · achievements
achievements-method = each with the day of the observation that earned it; what is earned stays earned
achievements-num = { $earned } of { $all } earned
achievements-of = earned, of { $count ->
    [one] the one that an artist can earn
   *[other] { $count } that an artist can earn
}
achievements-earned = Earned
achievements-ahead = Ahead
achievements-unknown = Not known: no figures
achievements-newest = Newest
achievements-of-label = Together
achievements-earned-on = earned on { $day }
achievements-earned-by = there on { $day }, earned then or earlier
achievements-so-far = { $have } so far
achievements-times-so-far = { $have ->
    [one] { $have } time at most so far
   *[other] { $have } times at most so far
}
achievements-years-so-far = { $have ->
    [one] once in { $have } year so far
   *[other] once in { $have } years so far
}
achievements-none-so-far = none so far
achievement-reach = { $need } followers on all platforms together
achievement-views = { $need } YouTube views
achievement-times = { $need } times the followers of a year before, from 50 on
achievement-viral = { $count ->
    [one] went viral
   *[other] went viral { $count } times
}
achievement-video = a video with { $need } views
achievement-streak = { $need } rises of a figure in a row
achievement-observed = observed on { $need } days in a row
achievement-on-record = { $need } days on record
achievement-milestones-together = { $need } artists with a milestone within a week
achievement-viral-together = { $need } artists viral within a week
achievement-members = { $need } Discord members
achievement-rare = good news that chance brings less than once in { $need } years
achievement-three-platforms = { $need } followers on each of three platforms

## Card of "compare"

compare-title = { $series } · compared over { $days }
compare-method = newest values, in brackets the change in { $days }
compare-per-day = { $rate } a day
compare-at-this-pace = If both go on at this pace
compare-overtakes = { $artist } overtakes { $overtaken } on { $day }

## Card of "recap"

recap-title = { $subject } · { $year }
recap-method = newest value of the year less the last one before it, or the first of the year; totals add each artist’s own
recap-observed = { $days ->
    [one] one day up to { $day }; { $observed } observed
   *[other] { $days } days up to { $day }; { $observed } observed
}
recap-nothing = No figure of this year can be compared.
recap-since = since { $day }
recap-best-months = Best months
recap-best-month = { $series }: { $month }, { $change }
recap-gained-most = gained most: { $artist } { $change }
recap-milestones = Greatest milestones
recap-findings = Least likely good news
recap-in-numbers = In numbers
recap-jumps = ⚠ includes jumps to another level: not growth alone

## Pictures

chart-observed = observed
chart-expected = expected
chart-interval-80 = 80 % interval
chart-interval-95 = 95 % interval
chart-level-change = jump or fall
chart-goal = goal { $value }
chart-subtitle = { $predicted } on { $day } (80 %: { $lower }–{ $upper })
chart-milestone = milestone
chart-title = { $about } · { $days }
chart-title-all = All artists
chart-method = first and last value of each line; expected: 30 days ahead
chart-passed = { $number } reached on { $day }
chart-expected-then = { $predicted } expected on { $day } (80 %: { $lower }–{ $upper })
chart-empty = cannot be drawn
chart-all-artists = all artists added up
chart-sample = sample data: made-up figures
chart-alt = Line charts: { $title }. { $panels }
chart-alt-total = { $line } day by day; the total in the answer: { $change }, { $artists } with a value at both ends
chart-sum = { $line }, sum of { $artists }

## What is wrong with a question

refusal-title = This could not be answered
refusal-empty = nothing was asked: start with a command, one of { $commands }
refusal-unknown-command = there is no command "{ $found }": did you mean { $nearest }?
refusal-stray-text = "{ $found }" belongs to no option of { $command }: { $options }
refusal-unknown-option = { $command } has no option "{ $found }": { $options }
refusal-options = its options are { $options }
refusal-no-options = it has no options
refusal-repeated-option = { $option } was given twice: give it once
refusal-empty-option = { $option } is empty: give it a value or leave it out
refusal-missing-option = { $command } needs { $option }: write { $command } { $option }:{ $example }
refusal-not-days = { $option } is a whole number of days from { $min } to { $max }, not "{ $found }"
refusal-not-a-number = { $option } is a whole number from { $min } to { $max }, not "{ $found }"
refusal-needs-too = { $given } needs { $needed } too: add { $needed }:{ $example }
refusal-not-a-choice = { $option } is one of { $choices }, not "{ $found }"
refusal-no-artists = no artist is called "{ $found }": the roster has no artists yet
refusal-unknown-artist = no artist is called "{ $found }": did you mean { $nearest }?
refusal-ambiguous-artist = "{ $found }" fits { $fitting } artists, write more of the name: { $artists }
refusal-confusable-artists = "{ $found }" fits { $fitting } artists whose names are easily confused, write one of the ids in brackets: { $artists }
refusal-unknown-time-zone = there is no time zone "{ $found }": write a name of the IANA database, such as America/Bogota
refusal-same-artist = both options name "{ $artist }": name two different artists
refusal-num-artists = { $option } takes { $min } to { $max } artists with commas between them, not { $found }
refusal-nothing-collected = there are no figures yet: import a history or collect first
refusal-nothing-by = nothing was observed by { $day }: the first observation is of { $first }
too-fast = that is a lot of questions at once: ask again in a few seconds
unavailable = the figures are out of reach at the moment: ask again in a few minutes

## Commands, as Discord and help list them

command-stats = The label now: totals for each platform, members and top artists
command-artist = One artist on all platforms, with top tracks and videos
command-artist-name = The artist, or a part of the name
command-growth = What changed over a number of days, and who leads
command-growth-artist = Only this artist; leave it out for all
command-growth-period = Number of days to compare over (30 by default)
command-predict = A forecast of the figures, with intervals
command-predict-artist = Only this artist; leave it out for all
command-predict-days = Number of days ahead (30 by default)
command-predict-metric = Only this metric; leave it out for all
command-predict-models = The model to ask (the ensemble by default)
command-predict-goal = A number to reach: when will the metric get there?
command-accuracy = How far off earlier forecasts were, and how often outcomes were within the intervals
command-accuracy-artist = Only this artist; leave it out for all
command-accuracy-days = Forecasts of how many days ahead (30 by default)
command-accuracy-model = The model to check (the ensemble by default)
command-battle = A friendly head-to-head of two artists
command-battle-artist1 = The first artist, or a part of the name
command-battle-artist2 = The second artist, or a part of the name
command-battle-platform = Compare on this platform only; leave it out for all
command-leaderboard = The ranking of all artists, and how it moved in 7 days
command-leaderboard-metric = What to rank by (Spotify monthly listeners by default)
command-trends = What was noteworthy: unusual days, changes of pace, records, milestones
command-trends-artist = Only this artist; leave it out for all
command-trends-period = Number of days to look at (30 by default)
command-trends-kind = Only findings of this kind; leave it out for all
command-momentum = What speeds up, slows down or turns
command-momentum-artist = Only this artist; leave it out for all
command-momentum-period = Days of the new pace, in whole weeks (14 by default)
command-viral = Whether something is taking off
command-viral-timeframe = How far back (7 days by default)
command-viral-artist = Only this artist; leave it out for all
command-spotlight = An artist worth talking about this week
command-spotlight-artist = This artist’s week, instead of the one that stands out
choice-24h = The last day
choice-7d = 7 days
choice-30d = 30 days
choice-timeframe-all = All days
command-milestones = What was reached when, and what is next when
command-milestones-artist = Only this artist; leave it out for all
command-milestones-type = Those ahead, those reached, or both (both by default)
choice-upcoming = Ahead
choice-achieved = Reached
choice-type-all = Both
command-weekly = The label’s week in one message
command-weekly-week_offset = Weeks back (0, this week, by default)
command-achievements = What was earned, and how far the rest is
command-achievements-artist = Only this artist; leave it out for all
command-achievements-category = Only this category; leave it out for all
choice-category-all = All categories
choice-growth = Growth
choice-consistency = Consistency
choice-collective = Together
choice-rare = Rare
command-chart = A picture of one or several figures, with milestones and what is expected
command-chart-artists = One to six artists, with commas between them; leave it out for all
command-chart-metric = What to show; leave it out for the most important figures
command-chart-period = Number of days back (90 by default)
command-chart-theme = Colours of the picture (dark by default)
command-compare = Several artists by one metric: where they stand and how fast they move
command-compare-artists = Two to ten artists, with commas between them
command-compare-metric = What to compare (Spotify monthly listeners by default)
command-compare-period = Number of days over which they moved (30 by default)
command-recap = A year in one answer
command-recap-year = The year; leave it out for this one
command-recap-artist = Only this artist; leave it out for all
command-help = What can be asked, and with which options
choice-platform-all = All platforms
choice-metric-all = All metrics
choice-kind-all = All kinds
choice-dark = Dark
choice-light = Light
choice-viral = Viral
choice-milestone = Milestones
choice-record = Records
choice-level_change = Jumps to another level
choice-turn = Turns
choice-accelerating = Speeding up
choice-slowing = Slowing down
choice-spike = Unusually good days
choice-drop = Unusually bad days
choice-cooling = Back to usual
choice-streak = Streaks
choice-achievement = Achievements
choice-models-all = All models side by side
choice-total-reach = Total reach
choice-momentum = Momentum
choice-engagement = Engagement
choice-ensemble = Ensemble of all models
choice-linear = Linear
choice-arima = ARIMA
choice-neural = Neural network

## Servers of Discord

server-command-settings = Language, time zone and artists of this server; without options, what is set
server-command-alerts = Where new findings are posted; without options, what is set
server-command-report = Where and when the week is posted; without options, what is set
server-option-language = Language of what everybody sees
server-option-time-zone = A name such as America/Bogota
server-option-artists = Artists who are offered first and whom alerts are about, with commas between; all for everybody
server-option-channel = The channel
server-option-kinds = Kinds such as viral, milestone; all for every kind
server-option-off = Switches it off
server-option-weekday = Day of the week
server-option-hour = Hour of the day in the time zone of this server
server-language-en = English
server-language-es = Spanish
server-language-as-discord = As the server in Discord
weekday-monday = Monday
weekday-tuesday = Tuesday
weekday-wednesday = Wednesday
weekday-thursday = Thursday
weekday-friday = Friday
weekday-saturday = Saturday
weekday-sunday = Sunday
server-title = Settings of this server
server-language = Language
server-time-zone = Time zone
server-time-zone-not-set = not set: days are the label's, the hour of the report is UTC
server-artists = Artists
server-artists-note = They come first where artists are offered, and alerts are about them alone. Answers about the label, and the report, are about all of its artists.
server-alerts = Alerts
server-report = Weekly report
server-all = all
server-off = off
server-alerts-refused = Alerts are off: for a day the bot was not allowed to post there. Let it see the channel and send messages, then set it again.
server-report-refused = The report is off: for a day the bot was not allowed to post there. Let it see the channel and send messages, then set it again.
server-fault-title = Nothing was changed
server-fault-not-in-server = settings belong to a server: use this command in one
server-fault-not-manager = only who may manage the server can change this
server-fault-not-open = the operator of this bot has not opened it to this server
server-fault-time-zone = there is no time zone { $found }: give a name such as America/Bogota
server-fault-kind = there is no kind { $found }; there are { $known }
server-fault-artists = at most { $count } artists can be chosen
server-fault-channel = the bot may not post in { $channel }: let it see the channel and send messages there
server-fault-own-channel = you may not post in { $channel } yourself: choose a channel where you may
server-fault-no-channel = which channel? give one, as in channel: general
server-fault-no-time = when? give a weekday and an hour
alert-title = New findings
alert-method = posted unasked: who manages the server can change that

# How figures come about
explanation-title = How these figures come about
explanation-how = Places are those of the typed answer (JSON Pointers into data of --json). A number in brackets after a value names the observed value below.
explanation-figures = Figures
explanation-observed = Observed values
explanation-breakdowns = Figures of periods
explanation-none = Not explained
explanation-result = { $value } = { $formula }
explanation-not-found = no stored event found
explanation-days = Days
explanation-steps = Numbers in between
explanation-methods = Methods of the findings
explanation-series = Series
explanation-goals = Goals
explanation-forecasts = Forecasts
explanation-counted = Findings that are counted
explanation-undone = Findings that were taken back, by which values
explanation-withheld = Figures that were withheld or taken back, by which events
explanation-day = { $day }: { $reached } is at least { $needed }
explanation-day-before = before it { $before }
explanation-used = { $count } used
explanation-weekday = only on weekday { $number } (1 is Monday)
explanation-events = { $stream } { $first } to { $last }, { $count ->
    [one] { $count } event
   *[other] { $count } events
}
explanation-computed = computed for this answer, not stored
explanation-goal = { $value } since { $since }
explanation-goal-by = { $value } since { $since }, by { $by }
explanation-otherwise = { $span } counted { $counted } instead of { $was } a day
explanation-pace-of = { $value } a day ({ $series } { $span })
explanation-taken-back = a finding by what was known before it was taken back: what stands does not give its figures
explanation-not-reproduced = the stored events do not give this figure: something may have come in since
explanation-command = The figures of this command are not explained.
formula-mean = ({ $sum }) / { $count }
formula-difference = { $a } − { $b }
formula-percent = ({ $a } − { $b }) / { $b } × 100
formula-quotient = { $a } / { $b }
formula-difference-quotient = ({ $a } − { $b }) / { $c }
formula-pair = ({ $a } − { $b })
formula-median = median of { $inputs }
formula-least = the least of { $inputs }
formula-greatest = the greatest of { $inputs }
formula-third-greatest = the third greatest of { $inputs }
formula-number-of = number of { $inputs }
formula-none = none
formula-days-inclusive = { $a } + 1
formula-rises = { $a } − 1
formula-highest-of-series = { $a }, the highest of { $b }
formula-next-on-ladder = the next of 10, 25, 50, 100, 250 and so on above { $a }
formula-highest-on-ladder = the highest of 10, 25, 50, 100, 250 and so on above { $b }, up to { $a }
formula-years-by-chance = 1 / (12 × { $a })
formula-median-of-changes = median change of { $a }
formula-spread-of-changes = 1.4826 × median distance of the changes of { $a } from what was usual for each, at first { $b }; never below what counting and rounding give
formula-usual-of-weekday = { $a } + ({ $b } − { $a }) × (1 − { $c }² × π / 2 / { $d } / ({ $b } − { $a })²), the bracket at least 0
formula-leaving-window = the greatest unusual rise of { $a } one window before, as a fall
formula-distance-above = ({ $a } − { $b }) / { $c } × √{ $d }
formula-distance-below = ({ $b } + { $c } − { $a }) / { $d } × √{ $e }
formula-tail-start-above = the 90th percentile of the distances above the usual of { $a }
formula-tail-start-below = the 90th percentile of the distances below the usual of { $a }
formula-tail-scale-above = the median of what distances above the usual of { $a } lie above the start of the tail × 0.1 / (2^0.1 − 1), at least 0.45
formula-tail-scale-below = the median of what distances below the usual of { $a } lie above the start of the tail × 0.1 / (2^0.1 − 1), at least 0.45
formula-tail-probability = 0.1 × (1 + 0.1 × ({ $a } − { $b }) / { $c })^−10, by { $d }, { $e }
formula-tail-quantile = { $b } + { $c } / 0.1 × (({ $a } / 0.1)^−0.1 − 1), by { $d }
formula-student-tail = the probability of { $a } or more by Student’s t with { $b }
formula-student-quantile = what Student’s t with { $b } passes with { $a }
formula-odds-of-day = 0.5 × { $a } / ({ $b } × 30 × 2)
formula-odds-of-pace = 0.25 × { $a } / ({ $b } × 15 × 2)
formula-odds-of-viral = 0.25 × { $a } / 30
formula-scaled = { $a } / { $b } × { $c }
formula-lower-of-day = { $a } + { $b } − { $c } × { $d } / √{ $e }
formula-upper-of-day = { $a } + { $b } × { $c } / √{ $d }
formula-lower-of-pace = { $a } − { $b } × { $c }
formula-upper-of-pace = { $a } + { $b } × { $c }
formula-spread-of-weeks = Qn of the weeks of { $a }; never below what counting gives
formula-freedom-of-weeks = weeks of { $a } / 2 × (their spread / the same before it was raised to what counting gives)^4, at most 30
formula-error-of-difference = { $a } × √(1 / { $b } + π / 2 / { $c })
formula-pace-distance = the nearer to 0 of ({ $a } − { $c }) / { $d } and ({ $b } − { $c }) / { $d }
formula-second-smallest = 1 − (1 − { $a })^{ $b } − { $b } × { $a } × (1 − { $a })^({ $b } − 1)
formula-any-of = { $a } × { $b }, at most 1
formula-percent-a-week = 100 × 7 × { $a } / { $b }
quantity = { $value } ({ $what })
quantity-per-day = change a day
quantity-median = median change
quantity-weekday-median = median change of the weekday
quantity-num-of-weekday = changes of the weekday
quantity-usual = usual change
quantity-spread = spread
quantity-leaving = leaves the window
quantity-num-days = days
quantity-distance = distance from the usual
quantity-num-distances = distances before
quantity-num-at-least = at least as great
quantity-tail-start = start of the tail
quantity-tail-scale = scale of the tail
quantity-likelihood = likelihood
quantity-probability = probability asked for
quantity-quantile = passed with that probability
quantity-freedom = degrees of freedom
quantity-by-chance = findings of chance in a month
quantity-num-series = series tested
quantity-num-items = tracks or videos listed
quantity-num-weeks = weeks of the new pace
quantity-num-weeks-before = weeks before
quantity-winsorized = new pace, winsorized
quantity-new-pace = new pace
quantity-pace-before = median pace of the weeks before
quantity-gained-more = gained more a day than before
quantity-reach = reach
quantity-highest = highest value before
quantity-standard-error = standard error
