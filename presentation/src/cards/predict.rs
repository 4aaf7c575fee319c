//! `predict` as a card: for one artist, for one artist by all models, and for all artists with their totals.

use casa24_answers::Owner;
use casa24_answers::predict::{Answer, Paused, Prediction, TotalPrediction};
use casa24_schemas::{Date, Metric, Platform, is_headline};

use crate::card::{Align, Block, Card, Line, Row, Table};
use crate::words::{Said, Symbol, Words};

use super::frame::{self, artists, days, good_to_know, joined, labelled, name, section, with_age};
use super::{flags, goal, missing, models, track_record};

const COLOUR: u32 = 0x34_98_DB;

/// Most artists that a metric's section lists.
const MAX_LINES: usize = 6;

/// Most artists that are named as left out of a total.
const MAX_NAMES: usize = 5;

pub(super) fn card(answer: &Answer, words: &Words) -> Card {
    let ahead = days(words, answer.days);
    let subject = frame::subject(words, answer.artist.as_deref());
    let title = words.line("predict-title", &[("subject", subject.into()), ("days", ahead.clone().into())]);
    let method = models::of_forecasts(words, &answer.forecasts);
    let mut card = frame::card(words, &answer.head, COLOUR, title, answer.sources(), method);
    let shown = shown(answer);
    if !shown.is_empty() {
        let is_any_too_narrow = shown.iter().any(|forecast| forecast.record.intervals_too_narrow);
        let lead = if is_any_too_narrow { "predict-lead-too-narrow" } else { "predict-lead" };
        card.lead.push(words.line(lead, &[("days", ahead.into())]).into());
    }
    match answer.artist {
        Some(_) => of_artist(answer, words, &mut card),
        None => of_all(answer, words, &mut card),
    }
    card
}

/// The forecasts that the card shows.
fn shown(answer: &Answer) -> Vec<&Prediction> {
    let is_made = |forecast: &&Prediction| forecast.predicted.is_some();
    if answer.artist.is_some() {
        return answer.forecasts.iter().filter(is_made).collect();
    }
    let totals = answer.totals.iter().map(|total| &total.prediction).filter(is_made);
    let series = headline_series(answer);
    let of_artists = series.into_iter().flat_map(|(platform, metric)| {
        let mut of_metric = greatest(&of_series(answer, platform, metric));
        of_metric.truncate(MAX_LINES);
        of_metric
    });
    totals.chain(of_artists).collect()
}

/// The headline metrics of an answer about all artists, in the order in which they are shown.
fn headline_series(answer: &Answer) -> Vec<(&Platform, &Metric)> {
    let shown = answer.forecasts.iter().filter(|f| is_headline(&f.platform, &f.metric));
    let mut series: Vec<_> = Vec::new();
    // Totals are in the order in which metrics are shown; the label's own come last.
    let totals = answer.totals.iter().map(|total| &total.prediction);
    let (own, of_artists): (Vec<_>, Vec<_>) = shown.partition(|forecast| forecast.owner == Owner::Label);
    for forecast in totals.chain(of_artists).chain(own) {
        let key = (&forecast.platform, &forecast.metric);
        if !series.contains(&key) {
            series.push(key);
        }
    }
    series
}

/// The forecasts of one metric.
fn of_series<'a>(answer: &'a Answer, platform: &Platform, metric: &Metric) -> Vec<&'a Prediction> {
    answer.forecasts.iter().filter(|f| f.platform == *platform && f.metric == *metric).collect()
}

/// Those of these with a forecast, the greatest first.
fn greatest<'a>(forecasts: &[&'a Prediction]) -> Vec<&'a Prediction> {
    let mut known: Vec<(f64, &Prediction)> =
        forecasts.iter().filter_map(|f| Some((f.predicted.and(f.current)?.get(), *f))).collect();
    known.sort_by(|(a, x), (b, y)| b.total_cmp(a).then_with(|| x.artist.cmp(&y.artist)));
    known.into_iter().map(|(_, forecast)| forecast).collect()
}

/// One artist: a section for each platform, with intervals and the track record of each forecast.
fn of_artist(answer: &Answer, words: &Words, card: &mut Card) {
    let as_of = answer.head.as_of.0;
    let mut sections: Vec<(&Platform, Vec<Block>)> = Vec::new();
    let is_same_series = |a: &Prediction, b: &Prediction| a.platform == b.platform && a.metric == b.metric;
    for of_series in answer.forecasts.chunk_by(is_same_series) {
        let Some(first) = of_series.first() else { continue };
        let is_compared = answer.all_models && first.current.is_some();
        let blocks = if is_compared { compared(words, of_series, as_of) } else { alone(words, first, as_of) };
        match sections.iter_mut().find(|(platform, _)| **platform == first.platform) {
            Some((_, known)) if blocks.len() == 1 && known.last() == blocks.last() => {}
            Some((_, known)) => known.extend(blocks),
            None => sections.push((&first.platform, blocks)),
        }
    }
    card.sections =
        sections.into_iter().map(|(platform, blocks)| section(words.platform(platform), blocks)).collect();
}

/// The forecast of one series.
fn alone(words: &Words, forecast: &Prediction, as_of: Date) -> Vec<Block> {
    let (platform, metric) = (&forecast.platform, &forecast.metric);
    let Some(expected) = expected(words, forecast) else {
        let why = why_missing(words, forecast);
        return match forecast.current {
            Some(current) => {
                let metric = words.metric_of(current, platform, metric);
                let line = Line::from(words.number(current)).strong().then(Symbol::Space).then(metric);
                let line = with_age(line, words, forecast.current_date, as_of);
                let goal = forecast.goal.as_ref().map(|found| goal::line(words, found));
                [line, why].into_iter().chain(goal).map(Block::from).collect()
            }
            None if forecast.missing == Some(casa24_answers::Missing::NoAccount) => vec![why.into()],
            None => vec![labelled(words, words.metric(platform, metric), why).into()],
        };
    };
    let line = Line::from(words.metric(platform, metric)).strong().then(Symbol::Space).then(expected);
    let mut lines = vec![marked(with_age(line, words, forecast.current_date, as_of), forecast)];
    lines.extend(forecast.goal.as_ref().map(|found| goal::line(words, found)));
    lines.extend(forecast.lower_95.zip(forecast.upper_95).map(|(lower, upper)| {
        let interval = [("lower", words.whole(lower).into()), ("upper", words.whole(upper).into())];
        let interval = words.line("interval-95", &interval).then(Symbol::Dot);
        interval.then(track_record::beside(words, &forecast.record, forecast.days_ahead))
    }));
    let model = forecast.model.as_deref();
    lines.extend(forecast.instead_of.as_ref().map(|of| track_record::instead(words, model, of).quiet()));
    lines.extend(flags::line(words, &forecast.flags).map(Line::quiet));
    lines.into_iter().map(Block::from).collect()
}

/// The forecasts of one series by all models, a row for each.
fn compared(words: &Words, forecasts: &[Prediction], as_of: Date) -> Vec<Block> {
    let Some(first) = forecasts.first() else { return Vec::new() };
    let metric = Line::from(words.metric(&first.platform, &first.metric)).strong();
    let line = match first.current {
        Some(current) => metric.then(Symbol::Space).then(words.whole(current)),
        None => metric,
    };
    let mut blocks: Vec<Block> = vec![marked(with_age(line, words, first.current_date, as_of), first).into()];
    // Whether the goal is reached does not depend on the model.
    let reached = first.goal.as_ref().filter(|goal| goal.reached_since.is_some());
    blocks.extend(reached.map(|found| goal::line(words, found).into()));
    let mut rows = Vec::new();
    for forecast in forecasts {
        let model = models::said(words, forecast.model.as_deref().unwrap_or_default());
        let line = match (forecast.predicted, forecast.lower_80, forecast.upper_80) {
            (Some(predicted), Some(lower), Some(upper)) => {
                let line = [
                    ("predicted", Line::from(words.whole(predicted)).strong().into()),
                    ("lower", words.whole(lower).into()),
                    ("upper", words.whole(upper).into()),
                ];
                let line = words.line("predicted-80", &line).then(Symbol::Dot);
                let line = line.then(track_record::short(words, &forecast.record));
                let few = track_record::held(words, &forecast.record);
                match few.filter(|_| forecast.record.intervals_too_narrow) {
                    Some(few) => line.then(Symbol::Semicolon).then(few),
                    None => line,
                }
            }
            _ => why_missing(words, forecast),
        };
        let ahead = forecast.goal.as_ref().filter(|_| reached.is_none() && forecast.predicted.is_some());
        let line = match ahead {
            Some(found) => line.then(Symbol::Dot).then(goal::line(words, found)),
            None => line,
        };
        rows.push(Row { cells: vec![model], line });
    }
    blocks.push(Table { columns: vec![Align::Left], rows }.into());
    for forecast in forecasts {
        let model = forecast.model.as_deref();
        let instead = forecast.instead_of.as_ref().map(|of| track_record::instead(words, model, of).quiet());
        blocks.extend(instead.map(Block::from));
    }
    blocks.extend(flags::line(words, &first.flags).map(|line| line.quiet().into()));
    blocks
}

/// `1,210 → 1,240 (80 %: 1,180–1,310)`, whole as counts are.
fn expected(words: &Words, forecast: &Prediction) -> Option<Line> {
    let [current, lower, upper] =
        [forecast.current?, forecast.lower_80?, forecast.upper_80?].map(|value| words.whole(value));
    let predicted = Line::from(words.whole(forecast.predicted?)).strong();
    let interval = [("predicted", predicted.into()), ("lower", lower.into()), ("upper", upper.into())];
    Some(Line::from(current).then(Symbol::Arrow).then(words.line("predicted-80", &interval)))
}

fn why_missing(words: &Words, forecast: &Prediction) -> Line {
    match &forecast.missing {
        Some(reason) => missing::line(words, reason, &forecast.platform),
        None => words.say("missing-no-forecast").into(),
    }
}

fn marked(line: Line, forecast: &Prediction) -> Line {
    flags::with_mark(line, &flags::distorting(&forecast.flags))
}

/// All artists: a section for each metric, the total first, then the greatest.
fn of_all(answer: &Answer, words: &Words, card: &mut Card) {
    for (platform, metric) in headline_series(answer) {
        let is_of = |forecast: &Prediction| forecast.platform == *platform && forecast.metric == *metric;
        let mut lines = Vec::new();
        for total in answer.totals.iter().filter(|total| is_of(&total.prediction)) {
            lines.extend(total_lines(words, total, answer.head.as_of.0));
        }
        lines.extend(artist_lines(words, &of_series(answer, platform, metric), answer.head.as_of.0));
        let blocks = lines.into_iter().map(Block::from).collect();
        card.sections.push(section(words.series(platform, metric), blocks));
    }
    card.sections.push(good_to_know(words, notes(words, answer)));
}

fn total_lines(words: &Words, total: &TotalPrediction, as_of: Date) -> Vec<Line> {
    let forecast = &total.prediction;
    let of = [
        ("total", Line::from(words.say("total")).strong().into()),
        ("artists", artists(words, total.num_artists_added).into()),
    ];
    let of = words.line("predict-total", &of);
    let goal = forecast.goal.as_ref().map(|found| goal::line(words, found));
    let Some(expected) = expected(words, forecast) else {
        let line = labelled(words, of, why_missing(words, forecast));
        return [line].into_iter().chain(goal).collect();
    };
    let line = with_age(labelled(words, of, expected), words, forecast.current_date, as_of);
    [marked(by_model(words, line, forecast), forecast)].into_iter().chain(goal).collect()
}

/// Adds the model to a line where it is another one than the one that was asked for.
fn by_model(words: &Words, line: Line, forecast: &Prediction) -> Line {
    models::beside_instead(words, line, forecast.model.as_deref(), forecast.instead_of.as_ref())
}

/// The artists of one metric, the greatest first.
fn artist_lines(words: &Words, forecasts: &[&Prediction], as_of: Date) -> Vec<Line> {
    let known = greatest(forecasts);
    let line = |forecast: &Prediction| {
        let line =
            name(forecast.artist.as_deref()?).strong().then(Symbol::Space).then(expected(words, forecast)?);
        let line = by_model(words, with_age(line, words, forecast.current_date, as_of), forecast);
        Some(marked(line, forecast))
    };
    let mut lines: Vec<Line> = known.iter().take(MAX_LINES).filter_map(|f| line(f)).collect();
    let num_missing = forecasts.iter().filter(|f| f.predicted.is_none() && f.current.is_some()).count();
    let num_hidden = known.len().saturating_sub(MAX_LINES);
    let rest = [(num_hidden, "rest-more"), (num_missing, "rest-without-forecast")];
    lines.extend(and_rest(words, &rest));
    lines
}

/// `and 3 more, 2 without a forecast`; `None` where nothing is left out.
pub(super) fn and_rest(words: &Words, rest: &[(usize, &str)]) -> Option<Line> {
    let rest: Vec<Line> = rest
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, id)| words.line(id, &[("count", (*count as u64).into())]))
        .collect();
    let rest = (!rest.is_empty()).then(|| joined(rest, Symbol::Comma))?;
    Some(words.line("and-rest", &[("rest", rest.into())]).quiet())
}

/// How totals are computed and who is not in them, and what distorts a forecast.
fn notes(words: &Words, answer: &Answer) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(near_days) = answer.total_near_days {
        let model = models::of_forecasts(words, answer.totals.iter().map(|total| &total.prediction));
        let method = [("days", days(words, near_days).into()), ("model", model.into())];
        lines.push(words.line("predict-total-method", &method));
    }
    let names = |names: &[String]| names.iter().map(|artist| name(artist)).collect();
    lines.extend(left_out(words, answer, words.say("no-value-of-30-days"), |t| names(&t.left_out_stale)));
    lines.extend(left_out(words, answer, words.say("too-few-values-so-far"), |t| names(&t.left_out_young)));
    let paused = |paused: &Paused| {
        let until = [("artist", name(&paused.artist).into()), ("day", words.day(paused.date.0).into())];
        words.line("artist-until", &until)
    };
    let paused = |total: &TotalPrediction| total.left_out_paused.iter().map(paused).collect();
    lines.extend(left_out(words, answer, words.say("no-value-near-the-others"), paused));
    let shown = shown(answer);
    if shown.iter().any(|f| f.instead_of.is_some()) {
        lines.push(words.say("predict-other-models").into());
    }
    let too_narrow = shown.iter().filter(|f| f.record.intervals_too_narrow).count();
    if too_narrow > 0 {
        lines.push(words.line("predict-too-narrow", &[("count", (too_narrow as u64).into())]));
    }
    lines.extend(shown.into_iter().filter_map(|f| {
        let series = words.series(&f.platform, &f.metric).into();
        flags::of_series(words, f.artist.as_deref()?, series, &flags::distorting(&f.flags))
    }));
    lines
}

/// Who is not in the totals, a line for each group of artists.
fn left_out(
    words: &Words,
    answer: &Answer,
    why: Said,
    names: impl Fn(&TotalPrediction) -> Vec<Line>,
) -> Vec<Line> {
    let mut groups: Vec<(Vec<Line>, Vec<Said>)> = Vec::new();
    for total in &answer.totals {
        let names = names(total);
        if names.is_empty() {
            continue;
        }
        let series = words.series(&total.prediction.platform, &total.prediction.metric);
        match groups.iter_mut().find(|(known, _)| *known == names) {
            Some((_, of)) => of.push(series),
            None => groups.push((names, vec![series])),
        }
    }
    let line = |(names, of): (Vec<Line>, Vec<Said>)| {
        let artists = names_line(words, &names);
        let left = [
            ("series", joined(of, Symbol::Comma).into()),
            ("artists", artists.into()),
            ("why", why.clone().into()),
        ];
        words.line("predict-left-out", &left)
    };
    groups.into_iter().map(line).collect()
}

fn names_line(words: &Words, names: &[Line]) -> Line {
    let shown = joined(names.iter().take(MAX_NAMES).cloned(), Symbol::Comma);
    match names.len().saturating_sub(MAX_NAMES) {
        0 => shown,
        more => words.line("names-and-more", &[("names", shown.into()), ("count", (more as u64).into())]),
    }
}
