//! Charts: popular, trending and new items, overall, per category and per channel.
//!
//! Invariant: scores do not grow along a chart and every score is above zero.

use serde::Serialize;

use crate::{
    format::{Fields, FormatError, encode_body},
    kind::{ListKind, SectionKey, SectionKind},
    lists::{Lists, ListsWire, Names, NamesWire},
    positions::Positions,
};

const KIND: SectionKind = SectionKind::Popular;

/// One place of a chart: an item and its share of the leader's score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// Position of the item.
    pub position: u32,
    /// Above 0, at most 1.
    pub score: f32,
}

/// One chart: the first row is overall, row `c + 1` is category `c`, the last rows are the channels of [`Charts`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    positions: Lists,
    /// Score of each position, 1 to 255.
    levels: Vec<u8>,
}

/// The three charts of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charts {
    channels: Names,
    popular: Chart,
    trending: Chart,
    new: Chart,
}

#[derive(Serialize)]
struct ChartWire<'a> {
    positions: ListsWire<'a>,
    levels: &'a [u8],
}

#[derive(Serialize)]
struct ChartsWire<'a> {
    popular: ChartWire<'a>,
    trending: ChartWire<'a>,
    new: ChartWire<'a>,
    channels: NamesWire<'a>,
}

impl Chart {
    /// Rows of items with scores, best first; scores are kept relative to each row's best.
    pub fn new(rows: &[Vec<Ranked>]) -> Result<Self, FormatError> {
        let positions: Vec<Vec<u32>> =
            rows.iter().map(|row| row.iter().map(|place| place.position).collect()).collect();
        let mut levels = Vec::new();
        for row in rows {
            let best = row.first().map_or(1.0, |place| place.score);
            levels.extend(row.iter().map(|place| (place.score / best * 255.0).clamp(1.0, 255.0) as u8));
        }
        Self::checked(Lists::new(&positions), levels)
    }

    fn checked(positions: Lists, levels: Vec<u8>) -> Result<Self, FormatError> {
        if positions.values().len() != levels.len() || positions.rows() == 0 {
            return Err(FormatError::section(KIND, "a chart has a score for every place and an overall row"));
        }
        for row in 0..positions.rows() {
            let from = positions.start(row);
            let scores = &levels[from..from + positions.row(row).len()];
            if scores.contains(&0) || scores.windows(2).any(|pair| pair[0] < pair[1]) {
                return Err(FormatError::section(KIND, "scores of a chart are above zero and do not grow"));
            }
        }
        Ok(Self { positions, levels })
    }

    /// Whether an item stands twice in one row.
    fn repeats(&self) -> bool {
        let mut seen = Positions::default();
        (0..self.positions.rows()).any(|row| {
            let row = self.positions.row(row);
            let repeats = !row.iter().all(|position| seen.add(*position));
            row.iter().for_each(|position| seen.remove(*position));
            repeats
        })
    }

    /// The places of a row.
    pub fn places(&self, row: usize) -> impl Iterator<Item = Ranked> {
        let from = self.positions.start(row);
        self.positions.row(row).iter().enumerate().map(move |(at, &position)| Ranked {
            position,
            score: f32::from(self.levels[from + at]) * (1.0 / 255.0),
        })
    }
}

impl Charts {
    /// Popular, trending and new together; the last rows of each are those of the channels.
    pub fn new(channels: Names, [popular, trending, new]: [Chart; 3]) -> Result<Self, FormatError> {
        if [&popular, &trending, &new].iter().any(|chart| chart.positions.rows() <= channels.len()) {
            return Err(FormatError::section(KIND, "a chart has an overall row and a row for every channel"));
        }
        Ok(Self { channels, popular, trending, new })
    }

    /// Channels that have rows of their own.
    pub fn channels(&self) -> &Names {
        &self.channels
    }

    /// The rows of a chart for a channel and a category, the closest first; the overall one is always the last.
    pub fn rows(&self, chart: &Chart, channel: &str, category: Option<u32>) -> [Option<usize>; 3] {
        let first = chart.positions.rows() - self.channels.len();
        let channel = self.channels.find(channel).map(|at| first + at as usize);
        [channel, category.map(|category| category as usize + 1), Some(0)]
    }

    /// The chart of a list kind; `None` for kinds that have none.
    pub fn of(&self, list: ListKind) -> Option<&Chart> {
        match list {
            ListKind::Popular => Some(&self.popular),
            ListKind::Trending => Some(&self.trending),
            ListKind::New => Some(&self.new),
            _ => None,
        }
    }

    /// As a blob.
    pub fn encode(&self) -> Result<Vec<u8>, FormatError> {
        let parts = [&self.popular, &self.trending, &self.new].map(|chart| chart.positions.encode());
        let lengths = self.channels.encode();
        let wire = ChartsWire {
            popular: ChartWire { positions: Lists::wire(&parts[0]), levels: &self.popular.levels },
            trending: ChartWire { positions: Lists::wire(&parts[1]), levels: &self.trending.levels },
            new: ChartWire { positions: Lists::wire(&parts[2]), levels: &self.new.levels },
            channels: self.channels.wire(&lengths),
        };
        encode_body(SectionKey::single(KIND), &wire)
    }

    pub(crate) fn decode(body: &[u8]) -> Result<Self, FormatError> {
        let mut fields = Fields::new(KIND, body);
        let mut read = || (Lists::read(&mut fields), fields.bytes());
        let parts = [read(), read(), read()];
        let channels = Names::read(&mut fields);
        fields.done()?;
        let [popular, trending, new] =
            parts.map(|(positions, levels)| Chart::checked(positions, levels.to_vec()));
        Self::new(channels, [popular?, trending?, new?])
    }

    /// Whether an item stands twice in a chart. Asked once `reach` is known to be sane: it takes memory by position.
    pub(crate) fn repeats(&self) -> bool {
        [&self.popular, &self.trending, &self.new].iter().any(|chart| chart.repeats())
    }

    /// The largest position plus one.
    pub(crate) fn reach(&self) -> u32 {
        [&self.popular, &self.trending, &self.new]
            .iter()
            .map(|chart| chart.positions.reach())
            .max()
            .unwrap_or(0)
    }
}
