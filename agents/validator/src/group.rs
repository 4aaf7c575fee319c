//! Figures that are collected together, judged together: did they all stand still by chance, or were they copied?
//!
//! A group of figures is copied or measured in each collection; a hidden Markov chain of two states (Hamilton 1989)
//! says which, with the figures' own chances as its emissions: a copy begins once in fifty collections at most, and
//! goes on in seven of ten. The log-odds of the best path (Viterbi 1967) add up over the days of a copy. Because they
//! are a likelihood ratio, measured figures reach the limit in a collection with a chance of at most e^-7, one in
//! 1,100, however many arrive and in whichever order (Ville 1939): that is the correction for looking so often.
//!
//! Figures of one artist are not independent of each other (a quiet Sunday). So evidence counts no more than the
//! rank that it has among the group's own past collections allows.

use std::collections::{BTreeSet, VecDeque};

use time::Date;

use crate::collection::KEPT_DAYS;

/// Log-odds with which a copy begins.
const BEGINS: f64 = -4.0;
/// Log-odds from which on a collection is called a copy.
pub(crate) const LIMIT: f64 = 3.0;
/// Logarithm of the chance that a copy goes on in the next collection (0.7), and that it ends.
const GOES_ON: f64 = -0.356_674_943_938_732_4;
const ENDS: f64 = -1.203_972_804_325_936;
/// Certainty is bounded, so that it does not outlast what it came from.
const MOST: f64 = 30.0;
/// A collection so long before says nothing of the next, in days.
const FORGOTTEN_AFTER_DAYS: i64 = 14;
/// A standstill so long, in days, is the figures' new rhythm, unless each day of it is a finding by itself.
const NEW_RHYTHM_AFTER_DAYS: i64 = 28;
/// Collections that are remembered at most, whatever their days: the memory of each group is bounded.
const MOST_PARTS: usize = 512;
/// Collections of the past that evidence is ranked among.
const RANKED: usize = 60;
/// Evidence below this is not worth ranking.
const NOTEWORTHY: f64 = 1.0;

/// A collection that the group was part of.
#[derive(Debug, Clone, Copy)]
struct Part {
    /// Number of the collection.
    collection: u64,
    day: Date,
    evidence: f64,
    /// Log-odds before anything of it was seen.
    prior: f64,
    /// First day of the standstill that the best path to it belongs to.
    since: Date,
    /// Collection before it, where the best path to a copy leads through that.
    goes_on_from: Option<u64>,
    /// Whether some of it was found to be copied, by this group or another.
    found: bool,
    /// Whether it was found by this group, and what came before is marked.
    marked: bool,
}

/// What is known of a group.
#[derive(Debug, Default)]
pub(crate) struct Group {
    parts: VecDeque<Part>,
    /// Evidence of past collections in which nothing was found.
    past: VecDeque<(u64, f32)>,
}

impl Group {
    /// Evidence of a collection so far.
    pub(crate) fn evidence(&self, collection: u64) -> f64 {
        self.part(collection).map_or(0.0, |part| part.evidence)
    }

    /// Adds evidence of a collection's figures; the log-odds that it is a copy.
    pub(crate) fn add(&mut self, collection: u64, day: Date, evidence: f64) -> f64 {
        if self.part(collection).is_none() {
            self.begin(collection, day);
        }
        if let Some(part) = self.parts.iter_mut().rev().find(|part| part.collection == collection) {
            part.evidence += evidence;
        }
        self.odds(collection)
    }

    /// Takes out evidence of a collection that something else explains.
    pub(crate) fn take_out(&mut self, collection: u64, evidence: f64) {
        if let Some(part) = self.parts.iter_mut().rev().find(|part| part.collection == collection) {
            part.evidence -= evidence;
        }
    }

    /// Log-odds that a collection is a copy.
    pub(crate) fn odds(&self, collection: u64) -> f64 {
        let Some(part) = self.part(collection) else { return BEGINS };
        let odds = part.prior + self.ranked(part);
        let lasts_too_long = (part.day - part.since).whole_days() > NEW_RHYTHM_AFTER_DAYS;
        if lasts_too_long && part.evidence + BEGINS < LIMIT { odds.min(0.0) } else { odds }
    }

    /// The collections of the copy that ends with this one, newest first; of a day, all that show as much of it.
    pub(crate) fn run(&self, collection: u64) -> Vec<u64> {
        let mut run = vec![collection];
        let mut next = self.part(collection).and_then(|part| part.goes_on_from);
        while let Some(part) = next.and_then(|before| self.part(before)) {
            let is_like_it = |it: &&Part| it.day == part.day && it.evidence >= part.evidence;
            run.extend(self.parts.iter().rev().filter(is_like_it).map(|it| it.collection));
            next = part.goes_on_from;
        }
        run
    }

    /// Whether a collection was found to be a copy before, by this group.
    pub(crate) fn is_marked(&self, collection: u64) -> bool {
        self.part(collection).is_some_and(|part| part.marked)
    }

    /// Remembers that this group found it.
    pub(crate) fn mark(&mut self, collection: u64) {
        self.find(collection);
        if let Some(part) = self.parts.iter_mut().rev().find(|part| part.collection == collection) {
            part.marked = true;
        }
    }

    /// Remembers that some of a collection is copied: it is no measure of later ones.
    pub(crate) fn find(&mut self, collection: u64) {
        self.past.retain(|(past, _)| *past != collection);
        if let Some(part) = self.parts.iter_mut().rev().find(|part| part.collection == collection) {
            part.found = true;
        }
    }

    fn part(&self, collection: u64) -> Option<&Part> {
        self.parts.iter().rev().find(|part| part.collection == collection)
    }

    fn begin(&mut self, collection: u64, day: Date) {
        // Another collection of the same day sees the same standstill: it is no further evidence.
        let is_near = |part: &&Part| part.day < day && (day - part.day).whole_days() <= FORGOTTEN_AFTER_DAYS;
        let before =
            self.parts.iter().filter(is_near).max_by_key(|part| (part.day, part.collection)).copied();
        let mut part = Part {
            collection,
            day,
            evidence: 0.0,
            prior: BEGINS,
            since: day,
            goes_on_from: None,
            found: false,
            marked: false,
        };
        if let Some(before) = before {
            let odds = self.odds(before.collection).min(MOST);
            part.prior = (odds + GOES_ON).max(BEGINS) - (odds + ENDS).max(0.0);
            let stood = before.evidence > 0.0;
            if stood {
                part.since = before.since;
            }
            if stood && odds + GOES_ON > BEGINS {
                part.goes_on_from = Some(before.collection);
            }
        }
        // Of a day the last collection counts: others see the same standstill.
        if let Some(newest) = self.parts.back().filter(|newest| !newest.found && newest.day != day) {
            if self.past.len() == RANKED {
                self.past.pop_front();
            }
            self.past.push_back((newest.collection, newest.evidence as f32));
        }
        while self.parts.len() >= MOST_PARTS || self.has_parts_of_more_days(day) {
            self.parts.pop_front();
        }
        self.parts.push_back(part);
    }

    /// Whether there are parts of as many other days as are remembered.
    fn has_parts_of_more_days(&self, day: Date) -> bool {
        let Some(oldest) = self.parts.front().filter(|_| self.parts.len() >= KEPT_DAYS) else { return false };
        if oldest.day == day {
            return false;
        }
        let days: BTreeSet<Date> = self.parts.iter().map(|part| part.day).filter(|it| *it != day).collect();
        days.len() >= KEPT_DAYS
    }

    /// Evidence, where the group's past shows none as strong; otherwise no more than its rank allows. What may be one
    /// copy with it is no past.
    fn ranked(&self, part: &Part) -> f64 {
        let evidence = part.evidence;
        if evidence < NOTEWORTHY || !self.past.iter().any(|(_, past)| f64::from(*past) >= evidence) {
            return evidence;
        }
        let run = self.run(part.collection);
        let past = self.past.iter().filter(|(collection, _)| !run.contains(collection));
        let (mut num, mut num_as_strong) = (0.0, 0.0);
        for (_, past) in past {
            num += 1.0;
            num_as_strong += f64::from(u8::from(f64::from(*past) >= evidence));
        }
        if num_as_strong == 0.0 { evidence } else { evidence.min(((num + 1.0) / (num_as_strong + 0.5)).ln()) }
    }
}
