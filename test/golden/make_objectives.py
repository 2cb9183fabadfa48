"""Makes objectives.json: advantages, token weights, surrogates, KL, entropy, critic losses and whole presets of RL, by PyTorch
in float64 from each source's formula; and the losses of TRL's GRPOTrainer, by TRL's own `_compute_loss`.

    python -m venv golden && golden/bin/pip install -r test/golden/requirements.txt
    golden/bin/python test/golden/make_objectives.py

Every gradient is with respect to the logits [ROWS, TOKENS, VOCABULARY]. Nothing here reads the TypeScript code.
"""

import collections
import contextlib
import json
import pathlib
import types

import torch
from torch.distributions import Categorical, kl_divergence

torch.set_default_dtype(torch.float64)
torch.manual_seed(5)

GROUPS, GROUP, TOKENS, VOCABULARY = 3, 4, 3, 4
ROWS = GROUPS * GROUP
TEMPERATURE = 1.3
CLIP, CLIP_HIGH, VALUE_CLIP = 0.2, 0.28, 0.2
EPS = 1e-6

# Numbers of float32, so that both sides start from the same ones.
draw = lambda *shape, scale=1.0: (scale * torch.randn(*shape)).float().double()

lengths = torch.tensor([1, 3, 2, 3, 2, 3, 1, 2, 3, 1, 2, 3])
mask = (torch.arange(TOKENS) < lengths[:, None]).double()
right = torch.tensor([1.0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 1, 0])
greedy_right = torch.tensor([1.0, 1, 0])
answers = torch.randint(0, VOCABULARY, (ROWS, TOKENS))
logits = draw(ROWS, TOKENS, VOCABULARY, scale=1.5).requires_grad_()
reference_logits = logits.detach() + draw(ROWS, TOKENS, VOCABULARY, scale=0.5)
reference_logits = reference_logits.float().double()
given = draw(ROWS)
values, old_values, returns = draw(ROWS, TOKENS).requires_grad_(), draw(ROWS, TOKENS), draw(ROWS, TOKENS)


def logprobs_of(of):
    return torch.log_softmax(of / TEMPERATURE, -1).gather(2, answers[..., None])[..., 0]


logprobs = logprobs_of(logits)
reference = logprobs_of(reference_logits).float().double()
old = (logprobs.detach() + draw(ROWS, TOKENS, scale=0.3)).float().double()

flat = lambda tensor: tensor.detach().flatten().tolist()
gradient = lambda loss, of=logits: flat(torch.autograd.grad(loss, of, retain_graph=True)[0])


def aggregate(per_token, aggregation, kept=torch.ones(ROWS)):
    """Mean over the kept sequences of token sums or means, or over their tokens."""
    per_token, rows = per_token * mask * kept[:, None], kept.sum()
    if aggregation == "sequence-sum":
        return per_token.sum(1).sum() / rows
    if aggregation == "sequence-mean":
        return (per_token.sum(1) / lengths).sum() / rows
    return per_token.sum() / (mask * kept[:, None]).sum()


AGGREGATIONS = ("sequence-sum", "sequence-mean", "token-mean")


def clipped(ratio, advantages, low, high):
    return torch.minimum(ratio * advantages, ratio.clamp(1 - low, 1 + high) * advantages)


def surrogates():
    ratio, advantages = torch.exp(logprobs - old), given[:, None]
    kinds = {
        "log-probability": logprobs * advantages,
        "ratio": ratio * advantages,
        "clip": clipped(ratio, advantages, CLIP, CLIP),
        "clip-higher": clipped(ratio, advantages, CLIP, CLIP_HIGH),
    }
    for kind, per_token in kinds.items():
        for aggregation in AGGREGATIONS:
            loss = -aggregate(per_token, aggregation)
            yield f"{kind}/{aggregation}", {"loss": loss.item(), "gradient": gradient(loss)}


def trl_losses():
    """`GRPOTrainer._compute_loss` itself, on a stand-in that holds what it reads of a trainer."""
    import trl
    from trl import GRPOTrainer

    policy = Categorical(logits=logits / TEMPERATURE)
    for loss_type in ("grpo", "bnpo", "dapo", "dr_grpo"):
        for beta, epsilon_high, entropy_coef in ((0.0, CLIP, 0.0), (0.0, CLIP_HIGH, 0.01), (0.1, CLIP_HIGH, 0.0)):
            trainer = types.SimpleNamespace(
                _get_per_token_logps_and_entropies=lambda *a, **k: (logprobs, policy.entropy(), None),
                loss_type=loss_type,
                importance_sampling_level="token",
                beta=beta,
                epsilon_low=CLIP,
                epsilon_high=epsilon_high,
                entropy_coef=entropy_coef,
                _entropy_bonus_enabled=entropy_coef != 0,
                use_adaptive_entropy=False,
                args=types.SimpleNamespace(delta=None, use_bias_correction_kl=False, steps_per_generation=1),
                top_entropy_quantile=1.0,
                off_policy_mask_threshold=None,
                use_vllm=False,
                aux_loss_enabled=False,
                max_completion_length=TOKENS,
                current_gradient_accumulation_steps=1,
                model=types.SimpleNamespace(training=True),
                accelerator=types.SimpleNamespace(
                    num_processes=1,
                    sync_gradients=True,
                    gather=lambda x: x,
                    reduce=lambda x, reduction: x,
                    autocast=contextlib.nullcontext,
                ),
                _metrics={"train": collections.defaultdict(list)},
            )
            loss = GRPOTrainer._compute_loss(
                trainer,
                None,
                {
                    "prompt_ids": torch.zeros(ROWS, 1, dtype=torch.long),
                    "prompt_mask": torch.ones(ROWS, 1, dtype=torch.long),
                    "completion_ids": answers,
                    "completion_mask": mask.long(),
                    "advantages": given,
                    "old_per_token_logps": old,
                    "ref_per_token_logps": reference,
                    "num_items_in_batch": mask.sum(),
                },
            )
            yield {
                "trl": trl.__version__,
                "lossType": loss_type,
                "beta": beta,
                "clip": CLIP,
                "clipHigh": epsilon_high,
                "entropyBonus": entropy_coef,
                "clipRatio": trainer._metrics["train"]["clip_ratio/region_mean"][0],
                "loss": loss.item(),
                "gradient": gradient(loss),
            }


def divergences():
    log_ratio = reference - logprobs
    exact = kl_divergence(Categorical(logits=logits / TEMPERATURE), Categorical(logits=reference_logits / TEMPERATURE))
    estimates = {"k1": -log_ratio, "k2": log_ratio**2 / 2, "k3": log_ratio.exp() - 1 - log_ratio, "exact": exact}
    for name, per_token in estimates.items():
        yield name, {"values": flat(per_token), "gradient": gradient(aggregate(per_token, "token-mean"))}


def value_losses():
    errors = (values - returns) ** 2
    moved = old_values + (values - old_values).clamp(-VALUE_CLIP, VALUE_CLIP)
    for name, per_token in {"plain": errors, "clip": torch.maximum(errors, (moved - returns) ** 2)}.items():
        loss = 0.5 * aggregate(per_token, "token-mean")
        yield name, {"loss": loss.item(), "gradient": gradient(loss, values)}


def estimate(rewards, of_values, discount, lam):
    """Schulman et al. 2016, eq. 16, as the double sum it is."""
    length = len(rewards)
    after = torch.cat([of_values[1:], torch.zeros(1)])
    errors = rewards + discount * after - of_values
    return torch.stack([sum((discount * lam) ** (l - t) * errors[l] for l in range(t, length)) for t in range(length)])


def generalized():
    for length, discount, lam in ((1, 1.0, 0.95), (5, 1.0, 0.95), (6, 0.9, 0.8), (4, 0.97, 0.0), (4, 0.97, 1.0)):
        rewards, of_values = draw(length), draw(length)
        advantages = estimate(rewards, of_values, discount, lam)
        yield {
            "rewards": flat(rewards),
            "values": flat(of_values),
            "discount": discount,
            "lambda": lam,
            "advantages": flat(advantages),
            "returns": flat(advantages + of_values),
        }


def baseline_of(rewards, greedy, name):
    groups = rewards.view(GROUPS, GROUP)
    return {
        "none": torch.zeros(ROWS),
        "batch-mean": rewards.mean().expand(ROWS),
        "group-mean": groups.mean(1, keepdim=True).expand(GROUPS, GROUP).flatten(),
        "leave-one-out": torch.stack(
            [torch.cat([row[:i], row[i + 1 :]]).mean() for row in groups for i in range(GROUP)]
        ),
        "greedy": greedy.repeat_interleave(GROUP),
    }[name]


def scale_of(rewards, differences, name):
    groups = rewards.view(GROUPS, GROUP)
    return {
        "none": torch.ones(ROWS),
        "group-std": (groups.std(1, correction=0) + EPS).repeat_interleave(GROUP),
        "batch-std": (differences.std(correction=0) + EPS).expand(ROWS),
        "group-mean": (groups.mean(1) + EPS).repeat_interleave(GROUP),
    }[name]


def advantages():
    rewards, greedy = draw(ROWS) + 1, draw(GROUPS) + 1
    rewards, greedy = rewards.float().double(), greedy.float().double()
    weight = torch.where(right == 1, 0.75, 2.0)
    cases = [
        {"baseline": baseline, "scale": scale, "advantages": flat(weight * differences / scale_of(rewards, differences, scale))}
        for baseline in ("none", "batch-mean", "group-mean", "leave-one-out", "greedy")
        for scale in ("none", "group-std", "batch-std", "group-mean")
        for differences in [rewards - baseline_of(rewards, greedy, baseline)]
    ]
    return {"rewards": flat(rewards), "greedyRewards": flat(greedy), "rightWeight": 0.75, "wrongWeight": 2.0, "cases": cases}


def presets():
    """A preset's weight of log pi of every token, aggregation included, and the gradient of its on-policy update."""
    r = right.view(GROUPS, GROUP)
    mean, std = r.mean(1, keepdim=True), r.std(1, correction=0, keepdim=True)
    signed = 2 * right - 1
    mixed = ((mean > 0) & (mean < 1)).double().expand(GROUPS, GROUP).flatten()
    everything = torch.ones(ROWS)
    grpo = ((r - mean) / (std + EPS)).flatten()
    others = torch.stack([torch.cat([row[:i], row[i + 1 :]]).mean() for row in r for i in range(GROUP)])
    # REINFORCE++: k1 of the tokens of a sequence in its reward.
    penalized = right - 0.01 * ((logprobs.detach() - reference) * mask).sum(1)
    centred = penalized - penalized.mean()
    whole = {
        "grpo": (grpo, "sequence-sum", everything),
        "grpo-original": (grpo, "sequence-mean", everything),
        "dr-grpo": ((r - mean).flatten(), "sequence-sum", everything),
        "grpo-mask": (((1 - mean) / (std + EPS)).repeat_interleave(GROUP) * right, "sequence-sum", mixed),
        "reinforce": (signed - signed.mean(), "sequence-sum", everything),
        "reinforce-no-baseline": (signed, "sequence-sum", everything),
        "reinforce++": (centred / (centred.std(correction=0) + EPS), "token-mean", everything),
        "rloo": (right - others, "sequence-sum", everything),
        "remax": (right - greedy_right.repeat_interleave(GROUP), "sequence-sum", everything),
        "dapo": (grpo, "token-mean", mixed),
        "psr": (right, "sequence-sum", everything),
        "nsr": (right - 1, "sequence-sum", everything),
        "w-reinforce": (torch.where(right == 1, 0.1, -1.0), "sequence-sum", everything),
        "pos-neg": (signed, "sequence-sum", mixed),
        "star": (right, "token-mean", right),
        "rft": (right, "token-mean", right),
    }
    per_token = {name: (weight[:, None].expand(ROWS, TOKENS), *rest) for name, (weight, *rest) in whole.items()}
    # PPO: reward at the last token, whitened over the tokens of the batch.
    estimates = torch.zeros(ROWS, TOKENS)
    for row, length in enumerate(lengths):
        rewards = torch.zeros(length)
        rewards[-1] = right[row]
        estimates[row, :length] = estimate(rewards, old_values[row, :length], 1.0, 0.95)
    inside = estimates[mask == 1]
    white = (estimates - inside.mean()) / (inside.std(correction=0) + EPS)
    per_token["ppo"] = (white, "token-mean", everything)
    ratio = torch.exp(logprobs - old)
    for name, (weight, aggregation, kept) in per_token.items():
        loss = -aggregate(weight * logprobs, aggregation, kept)
        on_policy = torch.autograd.grad(loss, logprobs, retain_graph=True)[0]
        out = {"weights": flat(-on_policy), "gradient": gradient(loss)}
        if name in ("dapo", "ppo", "reinforce++"):
            later = -aggregate(clipped(ratio, weight, CLIP, CLIP_HIGH if name == "dapo" else CLIP), aggregation, kept)
            out["later"] = {"loss": later.item(), "gradient": gradient(later)}
        yield name, out


def adaptive():
    """Ziegler et al. 2019, section 2.2."""
    for coefficient, observed, target, sequences, horizon in (
        (0.1, 7.0, 6.0, 256, 10000),
        (0.1, 60.0, 6.0, 256, 10000),
        (0.05, 0.1, 6.0, 512, 2000),
    ):
        error = max(-0.2, min(0.2, (observed - target) / target))
        yield {
            "coefficient": coefficient,
            "observed": observed,
            "target": target,
            "sequences": sequences,
            "horizon": horizon,
            "next": coefficient * (1 + (1 / horizon) * error * sequences),
        }


def main():
    entropy = Categorical(logits=logits / TEMPERATURE).entropy()
    out = {
        "torch": torch.__version__,
        "group": GROUP,
        "tokens": TOKENS,
        "vocabulary": VOCABULARY,
        "temperature": TEMPERATURE,
        "clip": CLIP,
        "clipHigh": CLIP_HIGH,
        "valueClip": VALUE_CLIP,
        "lengths": lengths.tolist(),
        "right": right.tolist(),
        "greedyRight": greedy_right.tolist(),
        "answers": flat(answers),
        "logits": flat(logits),
        "referenceLogits": flat(reference_logits),
        "logprobs": flat(logprobs),
        "referenceLogprobs": flat(reference),
        "oldLogprobs": flat(old),
        "given": flat(given),
        "values": flat(values),
        "oldValues": flat(old_values),
        "returns": flat(returns),
        "surrogates": dict(surrogates()),
        "trl": list(trl_losses()),
        "kl": dict(divergences()),
        "entropy": {"values": flat(entropy), "gradient": gradient(aggregate(entropy, "token-mean"))},
        "valueLoss": dict(value_losses()),
        "generalized": list(generalized()),
        "advantages": advantages(),
        "presets": dict(presets()),
        "adaptive": list(adaptive()),
    }
    walk = lambda v: (
        {k: walk(x) for k, x in v.items()} if isinstance(v, dict)
        else [walk(x) for x in v] if isinstance(v, list)
        else float(f"{v:.9g}") if isinstance(v, float) else v
    )
    pathlib.Path(__file__).with_name("objectives.json").write_text(json.dumps(walk(out)) + "\n")


main()
