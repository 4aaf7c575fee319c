//! Polynomials of an ARMA model: partial autocorrelations in, coefficients out, and autocovariances of the process.

use super::order::Order;

/// Coefficients of an autoregression from its partial autocorrelations, each between -1 and 1, which makes it
/// stationary (Barndorff-Nielsen & Schou, J. Multivar. Anal. 3, 1973).
pub(super) fn from_partial(partial: &[f64], out: &mut [f64]) {
    for (order, last) in partial.iter().enumerate() {
        let (known, rest) = out.split_at_mut(order);
        rest[0] = *last;
        for front in 0..order.div_ceil(2) {
            let back = order - 1 - front;
            let (early, late) = (known[front], known[back]);
            known[front] = early - last * late;
            known[back] = late - last * early;
        }
    }
}

/// Whether an autoregression stays stationary when its coefficients are enlarged by powers of `factor`: its roots are
/// farther from zero than `factor`.
pub(super) fn has_roots_beyond(coefficients: &[f64], factor: f64) -> bool {
    let mut power = 1.0;
    let enlarged = coefficients.iter().map(|coefficient| {
        power *= factor;
        coefficient * power
    });
    step_down(&mut enlarged.collect(), |_, _| ())
}

/// Undoes [`from_partial`] from the highest order down and hands each order's coefficients over; `false` where the
/// autoregression is not stationary.
fn step_down(coefficients: &mut Vec<f64>, mut visit: impl FnMut(&[f64], f64)) -> bool {
    while let Some(last) = coefficients.last().copied() {
        if last.is_nan() || last.abs() >= 1.0 {
            return false;
        }
        visit(coefficients, last);
        coefficients.pop();
        let rest = 1.0 - last * last;
        let order = coefficients.len();
        for front in 0..order.div_ceil(2) {
            let back = order - 1 - front;
            let (early, late) = (coefficients[front], coefficients[back]);
            coefficients[front] = (early + last * late) / rest;
            coefficients[back] = (late + last * early) / rest;
        }
    }
    true
}

/// The two polynomials of a model with the season multiplied in, nearest distance first.
#[derive(Debug, Clone, Default)]
pub(super) struct Polynomials {
    pub(super) ar: Vec<f64>,
    pub(super) ma: Vec<f64>,
    factors: Vec<f64>,
}

impl Polynomials {
    /// Takes the partial autocorrelations of the four polynomials; those of a moving average are of its inverse.
    pub(super) fn set(&mut self, order: Order, partial: &[f64]) {
        let [ar, ma, seasonal_ar, seasonal_ma] = order.parts();
        self.factors.clear();
        self.factors.resize(order.num_terms(), 0.0);
        for part in order.parts() {
            from_partial(&partial[part.clone()], &mut self.factors[part]);
        }
        let season = order.season_length;
        multiply(&self.factors[ar], &self.factors[seasonal_ar], season, -1.0, &mut self.ar);
        multiply(&self.factors[ma], &self.factors[seasonal_ma], season, -1.0, &mut self.ma);
        self.ma.iter_mut().for_each(|coefficient| *coefficient = -*coefficient);
    }

    /// The moving average within a season, as the autoregression that it is invertible with.
    pub(super) fn inverse_of_ma(&self, order: Order) -> &[f64] {
        let [_, ma, ..] = order.parts();
        &self.factors[ma]
    }

    /// Coefficients of the four polynomials apart, in the order of [`Order::parts`], signs as in
    /// `x[t] = ar x[t-1] + e[t] + ma e[t-1]`.
    pub(super) fn factors(&self, order: Order) -> Vec<f64> {
        let [_, ma, _, seasonal_ma] = order.parts();
        let sign = |index| if ma.contains(&index) || seasonal_ma.contains(&index) { -1.0 } else { 1.0 };
        self.factors.iter().enumerate().map(|(index, factor)| sign(index) * factor).collect()
    }
}

/// `(1 - a B - ..)(1 - b B^s - ..)` as `1 - c B - ..`: the coefficients `c`.
fn multiply(plain: &[f64], seasonal: &[f64], season: usize, sign: f64, out: &mut Vec<f64>) {
    out.clear();
    out.resize(plain.len() + seasonal.len() * season, 0.0);
    out[..plain.len()].copy_from_slice(plain);
    for (index, factor) in seasonal.iter().enumerate() {
        let start = (index + 1) * season;
        out[start - 1] += factor;
        for (offset, other) in plain.iter().enumerate() {
            out[start + offset] += sign * factor * other;
        }
    }
}

/// Autocovariances of a process, with errors of variance 1.
#[derive(Debug, Clone, Default)]
pub(super) struct Autocovariance {
    /// Of the process, at distances 0 to the longest term.
    pub(super) values: Vec<f64>,
    /// Of a value with the moving average of a later one, at the distance between them.
    pub(super) cross: Vec<f64>,
    /// Of the moving average with itself.
    pub(super) errors: Vec<f64>,
    psi: Vec<f64>,
    plain: Vec<f64>,
    rows: Vec<f64>,
}

impl Autocovariance {
    /// `false` where the process is not stationary.
    pub(super) fn set(&mut self, Polynomials { ar, ma, .. }: &Polynomials) -> bool {
        let (p, q) = (ar.len(), ma.len());
        let theta = |lag: usize| if lag == 0 { 1.0 } else { ma[lag - 1] };
        // The response to an error, as far as the moving average reaches.
        self.psi.clear();
        for lag in 0..=q {
            let past: f64 = (1..=lag.min(p)).map(|back| ar[back - 1] * self.psi[lag - back]).sum();
            self.psi.push(theta(lag) + past);
        }
        self.errors.clear();
        self.cross.clear();
        for lag in 0..=q {
            self.errors.push((lag..=q).map(|later| theta(later) * theta(later - lag)).sum());
            self.cross.push((lag..=q).map(|later| theta(later) * self.psi[later - lag]).sum());
        }
        if !self.set_plain(ar, p.max(q) + q) {
            return false;
        }
        // An ARMA process is the moving average of an autoregression.
        self.values.clear();
        for lag in 0..=p.max(q) {
            let mut sum = self.errors[0] * self.plain[lag];
            for (shift, product) in self.errors.iter().enumerate().skip(1) {
                sum += product * (self.plain[lag + shift] + self.plain[lag.abs_diff(shift)]);
            }
            self.values.push(sum);
        }
        true
    }

    /// Autocovariances of the autoregression alone, up to a distance.
    fn set_plain(&mut self, ar: &[f64], farthest: usize) -> bool {
        let mut variance = 1.0;
        self.rows.clear();
        let rows = &mut self.rows;
        let is_stationary = step_down(&mut ar.to_vec(), |coefficients, last| {
            variance /= 1.0 - last * last;
            rows.extend_from_slice(coefficients);
        });
        // Not every row is there then.
        if !is_stationary || !variance.is_finite() {
            return false;
        }
        self.plain.clear();
        self.plain.push(variance);
        let mut end = self.rows.len();
        for lag in 1..=farthest {
            let row = if lag <= ar.len() {
                end -= lag;
                &self.rows[end..end + lag]
            } else {
                ar
            };
            let value =
                row.iter().enumerate().map(|(back, factor)| factor * self.plain[lag - 1 - back]).sum();
            self.plain.push(value);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ar_2_from_its_partial_autocorrelations() {
        let mut out = [0.0; 2];
        from_partial(&[0.5, -0.3], &mut out);
        assert!((out[0] - 0.65).abs() < 1e-15 && (out[1] + 0.3).abs() < 1e-15, "{out:?}");
        assert!(has_roots_beyond(&out, 1.01));
        assert!(!has_roots_beyond(&[0.995], 1.01));
    }

    #[test]
    fn a_process_that_is_not_stationary_has_none() {
        for ar in [vec![0.2, 0.1, 1.0], vec![0.5, -1.2, 0.3], vec![0.1, 1.5], vec![f64::NAN, 0.1]] {
            let polynomials = Polynomials { ar: ar.clone(), ma: vec![0.4], factors: Vec::new() };
            assert!(!Autocovariance::default().set(&polynomials), "{ar:?}");
        }
    }

    #[test]
    fn autocovariances_of_an_arma_1_1() {
        // Brockwell & Davis, Time Series: Theory and Methods, 3.3: variance (1 + 2 a b + b^2) / (1 - a^2).
        let (a, b) = (0.7, 0.4);
        let polynomials = Polynomials { ar: vec![a], ma: vec![b], factors: Vec::new() };
        let mut found = Autocovariance::default();
        assert!(found.set(&polynomials));
        let first = (1.0 + a * b) * (a + b) / (1.0 - a * a);
        assert!((found.values[0] - (1.0 + 2.0 * a * b + b * b) / (1.0 - a * a)).abs() < 1e-12);
        assert!((found.values[1] - first).abs() < 1e-12);
        assert!((found.cross[0] - (1.0 + b * (a + b))).abs() < 1e-12);
        assert!((found.cross[1] - b).abs() < 1e-12);
    }
}
