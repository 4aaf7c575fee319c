//! Orders of an ARIMA model, and its name.

use std::fmt;

/// Orders of a seasonal ARIMA model; `ARIMA(1,1,1)(0,1,1)[7] with drift` when displayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// Autoregressive terms.
    pub p: usize,
    /// Differences of neighbours.
    pub d: usize,
    /// Moving-average terms.
    pub q: usize,
    /// Autoregressive terms of the season.
    pub seasonal_p: usize,
    /// Differences over a season.
    pub seasonal_d: usize,
    /// Moving-average terms of the season.
    pub seasonal_q: usize,
    /// Values in a season; without meaning where the seasonal orders are zero.
    pub season_length: usize,
    /// Whether the differenced series has a mean other than zero: a drift after one difference.
    pub has_constant: bool,
}

impl Order {
    /// Values that differencing uses up.
    pub(super) fn num_differenced(self) -> usize {
        self.d + self.seasonal_d * self.season_length
    }

    /// Distance of the farthest value that a term looks back at.
    pub(super) fn longest_ar(self) -> usize {
        self.p + self.seasonal_p * self.season_length
    }

    /// Distance of the farthest error that a term looks back at.
    pub(super) fn longest_ma(self) -> usize {
        self.q + self.seasonal_q * self.season_length
    }

    /// Partial autocorrelations of the four polynomials, in this order.
    pub(super) fn num_terms(self) -> usize {
        self.p + self.q + self.seasonal_p + self.seasonal_q
    }

    /// Parameters that are estimated, the variance aside.
    pub(super) fn num_params(self) -> usize {
        self.num_terms() + usize::from(self.has_constant)
    }

    /// Where the terms of each polynomial stand: AR, MA, seasonal AR, seasonal MA.
    pub(super) fn parts(self) -> [std::ops::Range<usize>; 4] {
        let ends = [self.p, self.q, self.seasonal_p, self.seasonal_q];
        let mut start = 0;
        ends.map(|length| {
            start += length;
            start - length..start
        })
    }

    /// Coefficient of every earlier value in an undifferenced value, nearest first.
    pub(super) fn integration(self) -> Vec<f64> {
        let mut polynomial = vec![1.0];
        let lags =
            std::iter::repeat_n(1, self.d).chain(std::iter::repeat_n(self.season_length, self.seasonal_d));
        for lag in lags {
            let mut product = polynomial.clone();
            product.resize(polynomial.len() + lag, 0.0);
            for (index, factor) in polynomial.iter().enumerate() {
                product[index + lag] -= factor;
            }
            polynomial = product;
        }
        polynomial[1..].iter().map(|factor| -factor).collect()
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ARIMA({},{},{})", self.p, self.d, self.q)?;
        if self.seasonal_p + self.seasonal_d + self.seasonal_q > 0 {
            let (p, d, q) = (self.seasonal_p, self.seasonal_d, self.seasonal_q);
            write!(f, "({p},{d},{q})[{}]", self.season_length)?;
        }
        match (self.has_constant, self.d + self.seasonal_d) {
            (false, _) => Ok(()),
            (true, 0) => f.write_str(" with mean"),
            (true, _) => f.write_str(" with drift"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AIRLINE: Order = Order {
        p: 0,
        d: 1,
        q: 1,
        seasonal_p: 0,
        seasonal_d: 1,
        seasonal_q: 1,
        season_length: 4,
        has_constant: false,
    };

    #[test]
    fn names_are_those_of_the_literature() {
        assert_eq!(AIRLINE.to_string(), "ARIMA(0,1,1)(0,1,1)[4]");
        let order = Order { seasonal_d: 0, seasonal_q: 0, has_constant: true, ..AIRLINE };
        assert_eq!(order.to_string(), "ARIMA(0,1,1) with drift");
        assert_eq!(Order { d: 0, ..order }.to_string(), "ARIMA(0,0,1) with mean");
    }

    #[test]
    fn integration_undoes_both_differences() {
        // x[t] - x[t-1] - x[t-4] + x[t-5] = 0
        assert_eq!(AIRLINE.integration(), [1.0, 0.0, 0.0, 1.0, -1.0]);
        assert_eq!(Order { d: 2, seasonal_d: 0, ..AIRLINE }.integration(), [2.0, -1.0]);
    }
}
