//! `predict` in words: a card for one artist, for one artist by all models, and for all artists with their totals.

use casa24_schemas::Platform;

use super::day::Day;
use super::figure::if_older;
use super::frame::footer;
use super::library::{Known, View};
use super::notes;
use super::predict::{Asked, PredictData, Prediction, TOTAL_METHOD, TotalPrediction};
use crate::discord::{self, Embed, Section};
use crate::question::Models;
use crate::text;

const COLOUR: u32 = 0x34_98_DB;

/// Most artists that a metric's field lists.
const MAX_LINES: usize = 6;

/// Most artists that are named as left out of a total.
const MAX_NAMES: usize = 5;

fn embed(view: &View<'_>, data: &PredictData, subject: &str) -> Embed {
    let sources = data.forecasts.iter().filter(|forecast| forecast.current.is_some());
    let days = text::count(data.days as usize, "day", "days");
    Embed {
        title: format!("{subject} · {days} ahead"),
        colour: COLOUR,
        description: vec![format!(
            "Newest value → expected {days} after it; 4 of 5 outcomes should fall in the 80 % interval."
        )],
        sections: Vec::new(),
        image: None,
        footer: footer(view.as_of, sources.map(|forecast| &forecast.platform), &method(&data.forecasts)),
    }
}

/// The models that made these forecasts, in words.
pub(super) fn method(forecasts: &[Prediction]) -> String {
    let mut models: Vec<String> = Vec::new();
    for forecast in forecasts.iter().filter(|forecast| forecast.predicted.is_some()) {
        let name = forecast.model.as_deref().unwrap_or_default().replace('_', " ");
        if !models.contains(&name) {
            models.push(name);
        }
    }
    match &models[..] {
        [] => "no model".to_owned(),
        [model] => format!("{model} model"),
        _ => format!("models: {}", models.join(", ")),
    }
}

/// One artist: a field for each platform, with intervals and the record of each forecast.
pub(super) fn of_artist(view: &View<'_>, asked: &Asked, data: &PredictData, known: &Known<'_>) -> Embed {
    let mut embed = embed(view, data, &discord::name(&known.artist.name));
    let mut fields: Vec<(&Platform, Vec<String>)> = Vec::new();
    let same_series = |a: &Prediction, b: &Prediction| a.platform == b.platform && a.metric == b.metric;
    for of_series in data.forecasts.chunk_by(same_series) {
        let Some(first) = of_series.first() else { continue };
        let compared = asked.models == Models::All && first.current.is_some();
        let lines = if compared { compared_lines(view, of_series) } else { artist_lines(view, first) };
        match fields.iter_mut().find(|(platform, _)| **platform == first.platform) {
            Some((_, known)) if known.last() == lines.last() && lines.len() == 1 => {}
            Some((_, known)) => known.extend(lines),
            None => fields.push((&first.platform, lines)),
        }
    }
    for (platform, lines) in fields {
        embed.sections.push(Section::new(text::platform_label(platform), lines));
    }
    embed
}

fn artist_lines(view: &View<'_>, forecast: &Prediction) -> Vec<String> {
    let label = text::metric_label(&forecast.platform, &forecast.metric);
    let Some(line) = outlook(forecast) else {
        let missing = forecast.missing.as_deref().unwrap_or("no forecast");
        return match (forecast.current, forecast.current_date) {
            (Some(current), Some(Day(date))) => {
                let older = if_older(date, view.as_of);
                vec![format!("**{}** {label}{older}", text::number(current)), discord::escape(missing)]
            }
            _ if missing.ends_with("account") => vec![missing.to_owned()],
            _ => vec![format!("{label}: {}", discord::escape(missing))],
        };
    };
    let mark = notes::mark(&notes::bending(&forecast.flags));
    let mut lines = vec![format!("**{label}** {line}{}{mark}", older(view, forecast))];
    lines.extend(forecast.goal.as_ref().map(super::Goal::in_words));
    lines.extend(forecast.lower_95.zip(forecast.upper_95).map(|(lower, upper)| {
        format!("95 %: {}–{} · {}", text::whole(lower), text::whole(upper), forecast.record_in_words)
    }));
    lines.extend(notes::in_words(&forecast.flags).map(|words| format!("*{words}*")));
    lines
}

/// The forecasts of one series by all models, a line for each.
fn compared_lines(view: &View<'_>, forecasts: &[Prediction]) -> Vec<String> {
    let Some(first) = forecasts.first() else { return Vec::new() };
    let label = text::metric_label(&first.platform, &first.metric);
    let current = first.current.map(text::whole).unwrap_or_default();
    let mark = notes::mark(&notes::bending(&first.flags));
    let mut lines = vec![format!("**{label}** {current}{}{mark}", older(view, first))];
    // Where it stands is the same by every model.
    let reached = first.goal.as_ref().filter(|goal| goal.reached_since.is_some());
    lines.extend(reached.map(super::Goal::in_words));
    for forecast in forecasts {
        let model = forecast.model.as_deref().unwrap_or_default();
        let told = match (forecast.predicted, forecast.lower_80, forecast.upper_80) {
            (Some(predicted), Some(lower), Some(upper)) => format!(
                "**{}** (80 %: {}–{}) · {}",
                text::whole(predicted),
                text::whole(lower),
                text::whole(upper),
                forecast.record.short()
            ),
            _ => discord::escape(forecast.missing.as_deref().unwrap_or("no forecast")),
        };
        lines.push(format!("`{model:<8}` {told}"));
        lines.extend(
            forecast
                .goal
                .as_ref()
                .filter(|_| reached.is_none() && forecast.predicted.is_some())
                .map(super::Goal::in_words),
        );
    }
    lines.extend(notes::in_words(&first.flags).map(|words| format!("*{words}*")));
    lines
}

/// `1,210 → **1,240** (80 %: 1,180–1,310)`, whole as counts are.
fn outlook(forecast: &Prediction) -> Option<String> {
    let [current, predicted] = [forecast.current?, forecast.predicted?].map(text::whole);
    let [lower, upper] = [forecast.lower_80?, forecast.upper_80?].map(text::whole);
    Some(format!("{current} → **{predicted}** (80 %: {lower}–{upper})"))
}

fn older(view: &View<'_>, forecast: &Prediction) -> String {
    forecast.current_date.map(|Day(date)| if_older(date, view.as_of)).unwrap_or_default()
}

/// All artists: a field for each metric, the total first, then the greatest.
pub(super) fn of_all(view: &View<'_>, data: &PredictData) -> Embed {
    let mut embed = embed(view, data, "All artists");
    let mut series: Vec<_> = Vec::new();
    for forecast in data.forecasts.iter().filter(|f| text::is_headline(&f.platform, &f.metric)) {
        let key = (&forecast.platform, &forecast.metric);
        if !series.contains(&key) {
            series.push(key);
        }
    }
    let all = view.all_series();
    series.sort_by_key(|(p, m)| {
        let place = all.iter().position(|(platform, metric)| platform == *p && metric == *m);
        place.unwrap_or(usize::MAX) // the label's own come last
    });
    for (platform, metric) in series {
        let mut lines = Vec::new();
        let total = data.totals.iter().map(|total| (total, &total.prediction));
        for (total, prediction) in total.filter(|(_, p)| p.platform == *platform && p.metric == *metric) {
            lines.extend(total_lines(view, total, prediction));
        }
        let of_metric = data.forecasts.iter().filter(|f| f.platform == *platform && f.metric == *metric);
        lines.extend(metric_lines(view, &of_metric.collect::<Vec<_>>()));
        embed.sections.push(Section::new(text::series_label(platform, metric), lines));
    }
    embed.sections.push(Section::new("Good to know", good_to_know(data)));
    embed
}

fn total_lines(view: &View<'_>, total: &TotalPrediction, prediction: &Prediction) -> Vec<String> {
    let artists = text::count(total.num_artists, "artist", "artists");
    let Some(line) = outlook(prediction) else {
        let missing = discord::escape(prediction.missing.as_deref().unwrap_or("no forecast"));
        return vec![format!("**Total** of {artists}: {missing}")];
    };
    let mark = notes::mark(&notes::bending(&prediction.flags));
    let mut lines = vec![format!("**Total** of {artists}: {line}{}{mark}", older(view, prediction))];
    lines.extend(prediction.goal.as_ref().map(super::Goal::in_words));
    lines
}

/// The artists of one metric, the greatest first.
fn metric_lines(view: &View<'_>, forecasts: &[&Prediction]) -> Vec<String> {
    let mut known: Vec<(f64, &Prediction)> =
        forecasts.iter().filter_map(|f| Some((f.predicted.and(f.current)?.get(), *f))).collect();
    known.sort_by(|(a, x), (b, y)| b.total_cmp(a).then_with(|| x.artist.cmp(&y.artist)));
    let mut lines: Vec<String> = known.iter().take(MAX_LINES).map(|(_, f)| line(view, f)).collect();
    let num_missing = forecasts.iter().filter(|f| f.predicted.is_none() && f.current.is_some()).count();
    let hidden = known.len().saturating_sub(MAX_LINES);
    let counts = [(hidden, "more"), (num_missing, "without a forecast")];
    let rest: Vec<String> =
        counts.iter().filter(|(num, _)| *num > 0).map(|(num, what)| format!("{num} {what}")).collect();
    if !rest.is_empty() {
        lines.push(format!("*and {}*", rest.join(", ")));
    }
    lines
}

fn line(view: &View<'_>, forecast: &Prediction) -> String {
    let name = discord::name(&forecast.artist);
    let outlook = outlook(forecast).unwrap_or_default();
    let mark = notes::mark(&notes::bending(&forecast.flags));
    format!("**{name}** {outlook}{}{mark}", older(view, forecast))
}

/// How totals are made and who is not in them, and what bends a forecast.
fn good_to_know(data: &PredictData) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(total) = data.totals.first() {
        let model = total.prediction.model.as_deref().unwrap_or("no").replace('_', " ");
        lines.push(format!("{TOTAL_METHOD} ({model} model)"));
    }
    lines.extend(left_out(data, "no value of the last 30 days", |total| &total.left_out_stale));
    lines.extend(left_out(data, "too few values so far", |total| &total.left_out_young));
    let bent =
        data.forecasts.iter().filter(|f| f.predicted.is_some() && text::is_headline(&f.platform, &f.metric));
    lines.extend(bent.filter_map(|f| {
        let series = text::series_label(&f.platform, &f.metric);
        notes::of_series(&f.artist, &series, &notes::bending(&f.flags))
    }));
    lines
}

/// Who is not in the totals, a line for each group of artists.
fn left_out(data: &PredictData, why: &str, names: fn(&TotalPrediction) -> &Vec<String>) -> Vec<String> {
    let mut groups: Vec<(&Vec<String>, Vec<String>)> = Vec::new();
    for total in data.totals.iter().filter(|total| !names(total).is_empty()) {
        let series = text::series_label(&total.prediction.platform, &total.prediction.metric);
        match groups.iter_mut().find(|(known, _)| *known == names(total)) {
            Some((_, of)) => of.push(series),
            None => groups.push((names(total), vec![series])),
        }
    }
    let line = |(names, of): &(&Vec<String>, Vec<String>)| {
        format!("not in the total of {}: {} ({why})", of.join(", "), names_in_words(names))
    };
    groups.iter().map(line).collect()
}

fn names_in_words(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(MAX_NAMES).map(|name| discord::name(name)).collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
