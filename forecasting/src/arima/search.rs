//! Search for orders: a differenced series in, the orders of the smallest corrected information criterion out.
//!
//! Stepwise as in Hyndman & Khandakar, J. Stat. Softw. 27 (2008), 3.2.

use super::estimate::{Estimate, Estimator};
use super::order::Order;

/// Terms of each polynomial; the package forecast allows 5 and 2, which costs more time than a forecast has here.
const MOST_TERMS: usize = 3;
const MOST_SEASONAL_TERMS: usize = 1;
/// Half of those of the package forecast; series that take more have no order to find.
const MOST_ESTIMATES: usize = 47;

/// The neighbours of a model, as changes of p, q, P and Q, in the order in which the paper's authors try them.
const STEPS: [[i8; 4]; 16] = [
    [0, 0, -1, 0],
    [0, 0, 0, -1],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
    [0, 0, -1, -1],
    [0, 0, -1, 1],
    [0, 0, 1, -1],
    [0, 0, 1, 1],
    [-1, 0, 0, 0],
    [0, -1, 0, 0],
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [-1, -1, 0, 0],
    [-1, 1, 0, 0],
    [1, -1, 0, 0],
    [1, 1, 0, 0],
];

/// All estimates, the best first. `differenced` gives the differences and whether a constant may be there.
pub(super) fn stepwise(estimator: &mut Estimator<'_>, differenced: Order) -> Vec<Estimate> {
    let mut search = Search::new(estimator, differenced);
    let full = differenced.has_constant;
    for terms in [[2, 2, 1, 1], [0, 0, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1]] {
        search.visit(terms, full);
    }
    search.visit([0; 4], false);
    while search.improve_once() {}
    let mut estimates = search.estimates;
    estimates.sort_by(|left, right| left.aicc.total_cmp(&right.aicc));
    estimates
}

struct Search<'a, 'b> {
    estimator: &'a mut Estimator<'b>,
    differenced: Order,
    most: [usize; 4],
    visited: Vec<Order>,
    estimates: Vec<Estimate>,
    best: usize,
}

impl<'a, 'b> Search<'a, 'b> {
    fn new(estimator: &'a mut Estimator<'b>, differenced: Order) -> Self {
        let num_values = estimator.num_values();
        let plain = MOST_TERMS.min(num_values / 3);
        let season = differenced.season_length;
        let seasonal = if season > 1 { MOST_SEASONAL_TERMS.min(num_values / 3 / season) } else { 0 };
        let most = [plain, plain, seasonal, seasonal];
        Self { estimator, differenced, most, visited: Vec::new(), estimates: Vec::new(), best: 0 }
    }

    /// Estimates a model; whether it is the best so far.
    fn visit(&mut self, terms: [usize; 4], has_constant: bool) -> bool {
        let [p, q, seasonal_p, seasonal_q] = std::array::from_fn(|index| terms[index].min(self.most[index]));
        let order = Order { p, q, seasonal_p, seasonal_q, has_constant, ..self.differenced };
        if self.visited.len() >= MOST_ESTIMATES || self.visited.contains(&order) {
            return false;
        }
        self.visited.push(order);
        let Some(estimate) = self.estimator.look(order, self.estimates.get(self.best)) else { return false };
        let is_best = self.estimates.get(self.best).is_none_or(|best| estimate.aicc < best.aicc);
        self.estimates.push(estimate);
        if is_best {
            self.best = self.estimates.len() - 1;
        }
        is_best
    }

    /// Tries the neighbours of the best model until one is better.
    fn improve_once(&mut self) -> bool {
        let Some(best) = self.estimates.get(self.best) else { return false };
        let Order { p, q, seasonal_p, seasonal_q, has_constant, .. } = best.order;
        let terms = [p, q, seasonal_p, seasonal_q];
        for step in STEPS {
            let changed: [Option<usize>; 4] =
                std::array::from_fn(|index| terms[index].checked_add_signed(isize::from(step[index])));
            if let [Some(p), Some(q), Some(seasonal_p), Some(seasonal_q)] = changed {
                let changed = [p, q, seasonal_p, seasonal_q];
                let is_within = changed.iter().zip(self.most).all(|(terms, most)| *terms <= most);
                if is_within && self.visit(changed, has_constant) {
                    return true;
                }
            }
        }
        self.differenced.has_constant && self.visit(terms, !has_constant)
    }
}
