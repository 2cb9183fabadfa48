"""The work in JAX: every step one jitted call, optimizer included, with donated buffers; a rollout is one
lax.while_loop with a KV cache; a GRPO step (rollout, reward, advantages, update) is one jitted call."""
import math

import jax
import jax.numpy as jnp
import numpy as np

tree = jax.tree.map


def initial_parameters(row, key):
    V, W, L = row['vocabulary'], row['width'], row['layers']
    keys = iter(jax.random.split(key, 4 * L + 3))

    def normal(*shape):
        return jax.random.normal(next(keys), shape) * 0.02

    def norm():
        return {'scale': jnp.ones(W), 'shift': jnp.zeros(W)}

    def linear(rows, columns):
        return {'weight': normal(rows, columns), 'bias': jnp.zeros(columns)}

    return {
        'tokens': normal(V, W),
        'positions': normal(row['promptLength'] + row['answerLength'], W),
        'blocks': [
            {
                'attention_norm': norm(),
                'attention_in': linear(W, 3 * W),
                'attention_out': linear(W, W),
                'mlp_norm': norm(),
                'mlp_in': linear(W, 4 * W),
                'mlp_out': linear(4 * W, W),
            }
            for _ in range(L)
        ],
        'norm': norm(),
        'head': normal(W, V),
    }


def layer_norm(x, norm):
    mean = x.mean(-1, keepdims=True)
    centered = x - mean
    variance = (centered * centered).mean(-1, keepdims=True)
    return centered * jax.lax.rsqrt(variance + 1e-5) * norm['scale'] + norm['shift']


def linear(x, layer):
    return x @ layer['weight'] + layer['bias']


def project(block, x, heads):
    """Queries, keys and values of x [..., W], each [..., H, D]."""
    rows = linear(layer_norm(x, block['attention_norm']), block['attention_in'])
    return [part.reshape(*x.shape[:-1], heads, -1) for part in jnp.split(rows, 3, -1)]


def finish(block, x, attended):
    x = x + linear(attended.reshape(x.shape), block['attention_out'])
    return x + linear(jax.nn.gelu(linear(layer_norm(x, block['mlp_norm']), block['mlp_in'])), block['mlp_out'])


def forward(parameters, tokens, answers, heads):
    """Logits [B, answers, V] at the last positions, and every block's keys and values [B, T, H, D]."""
    T = tokens.shape[1]
    x = parameters['tokens'][tokens] + parameters['positions'][:T]
    keys_and_values = []
    mask = jnp.tril(jnp.ones((T, T), bool))
    for block in parameters['blocks']:
        q, k, v = project(block, x, heads)
        keys_and_values.append((k, v))
        scores = jnp.einsum('bqhd,bkhd->bhqk', q, k) / math.sqrt(q.shape[-1])
        weights = jax.nn.softmax(jnp.where(mask, scores, -1e9), -1)
        x = finish(block, x, jnp.einsum('bhqk,bkhd->bqhd', weights, v))
    return layer_norm(x[:, -answers:], parameters['norm']) @ parameters['head'], keys_and_values


def decode(parameters, tokens, position, caches, heads):
    """Logits [R, V] after one more token, and the caches [R, H, T, D] with it."""
    x = parameters['tokens'][tokens] + parameters['positions'][position]
    seen = jnp.arange(caches[0][0].shape[2]) <= position
    filled = []
    for block, (keys, values) in zip(parameters['blocks'], caches):
        q, k, v = project(block, x, heads)
        keys = jax.lax.dynamic_update_slice(keys, k[:, :, None], (0, 0, position, 0))
        values = jax.lax.dynamic_update_slice(values, v[:, :, None], (0, 0, position, 0))
        filled.append((keys, values))
        scores = jnp.einsum('rhd,rhtd->rht', q, keys) / math.sqrt(q.shape[-1])
        weights = jax.nn.softmax(jnp.where(seen, scores, -1e9), -1)
        x = finish(block, x, jnp.einsum('rht,rhtd->rhd', weights, values))
    return layer_norm(x, parameters['norm']) @ parameters['head'], filled


def pick(logits, key):
    logprobs = jax.nn.log_softmax(logits)
    tokens = jax.random.categorical(key, logprobs).astype(jnp.int32)
    return tokens, jnp.take_along_axis(logprobs, tokens[:, None], 1)[:, 0]


def roll_out(row, parameters, prompts, key):
    """Tokens and log-probabilities, each [answerLength, R]; one prefill a prompt, then one while loop."""
    P, A, heads, group = row['promptLength'], row['answerLength'], row['heads'], row['group']
    logits, keys_and_values = forward(parameters, prompts, 1, heads)

    def cache(part):
        padded = jnp.pad(part.transpose(0, 2, 1, 3), ((0, 0), (0, 0), (0, A - 1), (0, 0)))
        return jnp.repeat(padded, group, 0)

    caches = [(cache(k), cache(v)) for k, v in keys_and_values]
    first, logprob = pick(jnp.repeat(logits[:, 0], group, 0), jax.random.fold_in(key, 0))
    tokens = jnp.zeros((A, first.shape[0]), jnp.int32).at[0].set(first)
    logprobs = jnp.zeros(tokens.shape).at[0].set(logprob)

    def body(state):
        index, current, tokens, logprobs, caches = state
        logits, caches = decode(parameters, current, P + index - 1, caches, heads)
        current, logprob = pick(logits, jax.random.fold_in(key, index))
        return index + 1, current, tokens.at[index].set(current), logprobs.at[index].set(logprob), caches

    state = (1, first, tokens, logprobs, caches)
    _, _, tokens, logprobs, _ = jax.lax.while_loop(lambda state: state[0] < A, body, state)
    return tokens, logprobs


def adamw(state, gradient, rate=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """One AdamW step without weight decay."""
    count = state['count'] + 1
    moment1 = tree(lambda m, g: beta1 * m + (1 - beta1) * g, state['moment1'], gradient)
    moment2 = tree(lambda v, g: beta2 * v + (1 - beta2) * g * g, state['moment2'], gradient)
    scale1, scale2 = 1 / (1 - beta1**count), 1 / (1 - beta2**count)
    parameters = tree(
        lambda p, m, v: p - rate * (m * scale1) / (jnp.sqrt(v * scale2) + eps),
        state['parameters'],
        moment1,
        moment2,
    )
    return {'parameters': parameters, 'moment1': moment1, 'moment2': moment2, 'count': count}


def train_step(row, state, tokens):
    def loss_of(parameters):
        logits, _ = forward(parameters, tokens[:, :-1], tokens.shape[1] - 1, row['heads'])
        logprobs = jax.nn.log_softmax(logits)
        return -jnp.take_along_axis(logprobs, tokens[:, 1:, None], -1).mean()

    loss, gradient = jax.value_and_grad(loss_of)(state['parameters'])
    return adamw(state, gradient), loss


def rollout_step(row, state, prompts):
    tokens, logprobs = roll_out(row, state['parameters'], prompts, state['key'])
    return {**state, 'key': jax.random.split(state['key'])[0]}, (-logprobs.mean(), tokens, logprobs)


def grpo_step(row, state, prompts):
    key, group = state['key'], row['group']
    tokens, old = roll_out(row, state['parameters'], prompts, key)
    answers, old = tokens.T, old.T
    rewards = (answers[:, -1] < row['vocabulary'] // 2).astype(jnp.float32).reshape(-1, group)
    spread = rewards.std(1, keepdims=True) + 1e-6
    advantages = ((rewards - rewards.mean(1, keepdims=True)) / spread).reshape(-1, 1)
    sequences = jnp.concatenate([jnp.repeat(prompts, group, 0), answers[:, :-1]], 1)

    def loss_of(parameters):
        logits, _ = forward(parameters, sequences, answers.shape[1], row['heads'])
        logprobs = jnp.take_along_axis(jax.nn.log_softmax(logits), answers[:, :, None], -1)[:, :, 0]
        return -(jnp.exp(logprobs - old) * advantages).sum(1).mean()

    gradient = jax.grad(loss_of)(state['parameters'])
    return {**adamw(state, gradient), 'key': jax.random.split(key)[0]}, -old.mean()


class Work:
    def __init__(self, row, run, shape):
        self.row = row
        self.shape = shape
        parameters = initial_parameters(row, jax.random.key(0))
        self.parameters = sum(leaf.size for leaf in jax.tree.leaves(parameters))
        self.versions = {'jax': jax.__version__}
        self.state = {'parameters': parameters}
        if row['kind'] != 'rollout':
            zeros = lambda: tree(jnp.zeros_like, parameters)
            self.state.update(moment1=zeros(), moment2=zeros(), count=jnp.zeros((), jnp.int32))
        if row['kind'] != 'train':
            self.state['key'] = jax.random.key(1)
        self.run = jax.jit(lambda state, tokens: run(row, state, tokens), donate_argnums=0)
        self.random = np.random.default_rng(0)

    def step(self):
        tokens = self.random.integers(0, self.row['vocabulary'], self.shape, np.int32)
        self.state, result = self.run(self.state, tokens)
        # What the host needs is read: the loss, or the answers and their log-probabilities.
        value = jax.device_get(result)
        return value[0] if isinstance(value, tuple) else value


def create(row, device):
    found = jax.devices()[0].platform
    if (found == 'gpu') != (device == 'gpu'):
        raise RuntimeError(f'jax runs on {found}: expected {device}')
    prompts = (row['prompts'], row['promptLength'])
    if row['kind'] == 'train':
        return Work(row, train_step, (row['prompts'] * row['group'], row['answerLength'] + 1))
    return Work(row, rollout_step if row['kind'] == 'rollout' else grpo_step, prompts)
