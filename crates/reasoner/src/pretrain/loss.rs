//! The loss of one question.

/// Temperature at which wrong answers are weighed by their own scores.
const TEMPERATURE: f32 = 0.5;

/// The self-adversarial loss (Sun et al., arXiv 1902.10197, eq. 5 and 6, without a margin):
/// `−log σ(s_0) − Σ_i p_i·log σ(−s_i)`, where `s_0` is the right answer's score and p the softmax of
/// the wrong answers' over the temperature, taken as constant. Returns the loss and its gradient.
pub(super) fn self_adversarial(scores: &[f32]) -> (f32, Vec<f32>) {
    let Some((&right, wrong)) = scores.split_first() else {
        return (0.0, Vec::new());
    };
    let highest = wrong.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let weights: Vec<f32> = wrong
        .iter()
        .map(|s| ((s - highest) / TEMPERATURE).exp())
        .collect();
    let total: f32 = weights.iter().sum();
    let mut loss = softplus(-right);
    let mut flow = vec![-sigmoid(-right)];
    for (&score, weight) in wrong.iter().zip(weights) {
        let share = weight / total;
        loss += share * softplus(score);
        flow.push(share * sigmoid(score));
    }
    (loss, flow)
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// `ln(1 + e^x)` without overflow.
fn softplus(x: f32) -> f32 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loss_by_hand() {
        let (loss, flow) = self_adversarial(&[0.0, 0.0, 0.0]);
        assert!((loss - 2.0 * 2.0f32.ln()).abs() < 1e-6);
        assert_eq!(flow, [-0.5, 0.25, 0.25]);
        let (loss, _) = self_adversarial(&[90.0, -90.0]);
        assert!(loss < 1e-6);
        let (loss, flow) = self_adversarial(&[-200.0, 200.0]);
        assert!((loss - 400.0).abs() < 1e-3 && flow == [-1.0, 1.0]);
    }

    #[test]
    fn a_question_without_wrong_answers_has_a_loss() {
        let (loss, flow) = self_adversarial(&[0.0]);
        assert!((loss - 2.0f32.ln()).abs() < 1e-6);
        assert_eq!(flow, [-0.5]);
    }
}
