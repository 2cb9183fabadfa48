"""Makes golden.json: what PyTorch computes for the lab's transformer and optimizer, and RL surrogates through it.

    python -m venv golden && golden/bin/pip install -r test/golden/requirements.txt
    golden/bin/python test/golden/make_golden.py

Written from PyTorch's own modules (LayerNorm, GELU, scaled_dot_product_attention, AdamW, clip_grad_norm_), not from the
TypeScript code, in float64, so that what differs is the lab's float32 rounding.
"""

import json
import pathlib

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(20)

LAYERS, WIDTH, HEADS, VOCABULARY = 2, 8, 2, 5
PROMPT, ANSWER, BATCH = 4, 4, 3
CONTEXT = PROMPT + ANSWER


def parameter_shapes():
    yield "token_embedding", (VOCABULARY, WIDTH)
    yield "position_embedding", (CONTEXT, WIDTH)
    for layer in range(LAYERS):
        yield f"block.{layer}.attention_norm.scale", (WIDTH,)
        yield f"block.{layer}.attention_norm.shift", (WIDTH,)
        yield f"block.{layer}.attention_in.weight", (WIDTH, 3 * WIDTH)
        yield f"block.{layer}.attention_in.bias", (3 * WIDTH,)
        yield f"block.{layer}.attention_out.weight", (WIDTH, WIDTH)
        yield f"block.{layer}.attention_out.bias", (WIDTH,)
        yield f"block.{layer}.mlp_norm.scale", (WIDTH,)
        yield f"block.{layer}.mlp_norm.shift", (WIDTH,)
        yield f"block.{layer}.mlp_in.weight", (WIDTH, 4 * WIDTH)
        yield f"block.{layer}.mlp_in.bias", (4 * WIDTH,)
        yield f"block.{layer}.mlp_out.weight", (4 * WIDTH, WIDTH)
        yield f"block.{layer}.mlp_out.bias", (WIDTH,)
    yield "final_norm.scale", (WIDTH,)
    yield "final_norm.shift", (WIDTH,)
    yield "head", (WIDTH, VOCABULARY)


def random_parameters():
    # Float32 values, so that both sides start from the same numbers; far from the initial ones, so that every term matters.
    parameters = {}
    for name, shape in parameter_shapes():
        value = 0.5 * torch.randn(shape)
        if name.endswith("scale"):
            value = 1 + value
        parameters[name] = value.float().double().requires_grad_()
    return parameters


def forward(p, tokens):
    """Logits at the answer positions, [BATCH, ANSWER, VOCABULARY]."""
    length = tokens.shape[1]
    x = p["token_embedding"][tokens] + p["position_embedding"][:length]
    split = lambda t: t.view(t.shape[0], length, HEADS, WIDTH // HEADS).transpose(1, 2)
    for layer in range(LAYERS):
        b = f"block.{layer}"
        n = F.layer_norm(x, (WIDTH,), p[f"{b}.attention_norm.scale"], p[f"{b}.attention_norm.shift"])
        q, k, v = (n @ p[f"{b}.attention_in.weight"] + p[f"{b}.attention_in.bias"]).split(WIDTH, dim=2)
        a = F.scaled_dot_product_attention(split(q), split(k), split(v), is_causal=True)
        a = a.transpose(1, 2).reshape(x.shape)
        x = x + a @ p[f"{b}.attention_out.weight"] + p[f"{b}.attention_out.bias"]
        n = F.layer_norm(x, (WIDTH,), p[f"{b}.mlp_norm.scale"], p[f"{b}.mlp_norm.shift"])
        h = F.gelu(n @ p[f"{b}.mlp_in.weight"] + p[f"{b}.mlp_in.bias"], approximate="tanh")
        x = x + h @ p[f"{b}.mlp_out.weight"] + p[f"{b}.mlp_out.bias"]
    x = F.layer_norm(x, (WIDTH,), p["final_norm.scale"], p["final_norm.shift"])
    return x[:, PROMPT - 1 :] @ p["head"]


def arrays(tensors):
    return {name: t.detach().flatten().tolist() for name, t in tensors.items()}


def gradients(p, loss):
    grads = torch.autograd.grad(loss, list(p.values()), retain_graph=True)
    return dict(zip(p, grads))


def main():
    p = random_parameters()
    tokens = torch.randint(0, VOCABULARY, (BATCH, PROMPT + ANSWER))
    inputs, answers = tokens[:, :-1], tokens[:, PROMPT:]
    lengths = torch.tensor([2, 4, 3])
    mask = (torch.arange(ANSWER) < lengths[:, None]).double()
    logits = forward(p, inputs)
    nll = F.cross_entropy(logits.transpose(1, 2), answers, reduction="none")
    next_token = (nll * mask).sum() / mask.sum()

    # Policy gradient through the network; the pieces themselves are in make_objectives.py. Ratios are away from 1.
    temperature, clip = 1.5, 0.2
    logprobs = torch.log_softmax(logits / temperature, -1).gather(2, answers[..., None])[..., 0]
    old = (logprobs.detach() + 0.3 * torch.randn(BATCH, ANSWER)).float().double()
    advantages = torch.tensor([1.0, -0.5, 2.0])
    ratio = torch.exp(logprobs - old)
    clipped = torch.minimum(ratio * advantages[:, None], ratio.clamp(1 - clip, 1 + clip) * advantages[:, None])
    policy = {}
    for name, term in {
        "reinforce": logprobs * advantages[:, None],
        "ratio": ratio * advantages[:, None],
        "clip": clipped,
    }.items():
        for aggregation, per_sequence in {
            "sequence-sum": (term * mask).sum(1),
            "sequence-mean": (term * mask).sum(1) / lengths,
        }.items():
            loss = -per_sequence.mean()
            policy[f"{name}/{aggregation}"] = {
                "loss": loss.item(),
                "gradients": arrays({k: v for k, v in gradients(p, loss).items() if k in ("head", "block.0.mlp_in.bias")}),
            }

    # AdamW: three steps with clipping, weight decay on matrices only, changing rates.
    weights = {name: p[name].detach().clone().requires_grad_() for name in ("head", "block.0.mlp_in.bias")}
    groups = [
        {"params": [weights["head"]], "weight_decay": 0.1},
        {"params": [weights["block.0.mlp_in.bias"]], "weight_decay": 0.0},
    ]
    adamw = torch.optim.AdamW(groups, lr=1.0, betas=(0.9, 0.95), eps=1e-8)
    rates, fed, norms = [1e-2, 3e-2, 2e-2], [], []
    for rate in rates:
        for group in adamw.param_groups:
            group["lr"] = rate
        fed.append({name: torch.randn_like(w).float().double() for name, w in weights.items()})
        for name, w in weights.items():
            w.grad = fed[-1][name].clone()
        norms.append(torch.nn.utils.clip_grad_norm_(list(weights.values()), 1.0).item())
        adamw.step()

    out = {
        "torch": torch.__version__,
        "model": {"layers": LAYERS, "width": WIDTH, "heads": HEADS},
        "promptLength": PROMPT,
        "answerLength": ANSWER,
        "parameters": arrays(p),
        "sequences": inputs.flatten().tolist(),
        "answers": answers.flatten().tolist(),
        "lengths": lengths.tolist(),
        "logits": logits.flatten().tolist(),
        "nextToken": {"loss": next_token.item(), "gradients": arrays(gradients(p, next_token))},
        "temperature": temperature,
        "clip": clip,
        "oldLogprobs": old.flatten().tolist(),
        "advantages": advantages.tolist(),
        "policy": policy,
        "adamw": {
            "rates": rates,
            "gradients": [arrays(g) for g in fed],
            "norms": norms,
            "weights": arrays(weights),
        },
    }
    round9 = lambda v: float(f"{v:.9g}") if isinstance(v, float) else v
    walk = lambda v: {k: walk(x) for k, x in v.items()} if isinstance(v, dict) else [walk(x) for x in v] if isinstance(v, list) else round9(v)
    pathlib.Path(__file__).with_name("golden.json").write_text(json.dumps(walk(out)) + "\n")


main()
