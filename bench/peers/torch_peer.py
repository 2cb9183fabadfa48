"""The work in PyTorch, written as well as one writes it by hand: fused AdamW, scaled_dot_product_attention, a KV cache in
place under inference_mode. `compiled`: torch.compile of the whole loss, and of a token's decoding step."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.LayerNorm(width)
        self.attention_in = nn.Linear(width, 3 * width)
        self.attention_out = nn.Linear(width, width)
        self.mlp_norm = nn.LayerNorm(width)
        self.mlp_in = nn.Linear(width, 4 * width)
        self.mlp_out = nn.Linear(4 * width, width)

    def project(self, x):
        """Queries, keys and values, each [B, H, T, D]."""
        B, T, W = x.shape
        rows = self.attention_in(self.attention_norm(x)).view(B, T, 3, self.heads, W // self.heads)
        return rows.permute(2, 0, 3, 1, 4).unbind(0)

    def finish(self, x, attended):
        x = x + self.attention_out(attended.transpose(1, 2).reshape(x.shape))
        return x + self.mlp_out(F.gelu(self.mlp_in(self.mlp_norm(x)), approximate='tanh'))


class Model(nn.Module):
    """GPT-2 with learned positions and an untied head without bias."""

    def __init__(self, row):
        super().__init__()
        width = row['width']
        self.tokens = nn.Embedding(row['vocabulary'], width)
        self.positions = nn.Embedding(row['promptLength'] + row['answerLength'], width)
        self.blocks = nn.ModuleList(Block(width, row['heads']) for _ in range(row['layers']))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, row['vocabulary'], bias=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)
            elif name.endswith('bias'):
                nn.init.zeros_(parameter)

    def forward(self, tokens, answers, caches=None):
        """Logits [B, answers, V] at the last positions; fills the caches' first positions where they are given."""
        T = tokens.shape[1]
        x = self.tokens(tokens) + self.positions.weight[:T]
        for layer, block in enumerate(self.blocks):
            q, k, v = block.project(x)
            if caches is not None:
                caches[layer][0][:, :, :T] = k
                caches[layer][1][:, :, :T] = v
            x = block.finish(x, F.scaled_dot_product_attention(q, k, v, is_causal=True))
        return self.head(self.norm(x[:, -answers:]))

    def decode(self, tokens, position, caches):
        """Logits [R, V] after one more token at `position`, an int: attention reads the written part of the cache only."""
        x = (self.tokens(tokens) + self.positions.weight[position])[:, None]
        for (keys, values), block in zip(caches, self.blocks):
            q, k, v = block.project(x)
            keys[:, :, position] = k[:, :, 0]
            values[:, :, position] = v[:, :, 0]
            seen = slice(0, position + 1)
            x = block.finish(x, F.scaled_dot_product_attention(q, keys[:, :, seen], values[:, :, seen]))
        return self.head(self.norm(x))[:, 0]

    def decode_fixed(self, tokens, position, mask, caches):
        """The same with fixed shapes, `position` a tensor of one element: one compiled program for all positions."""
        x = (self.tokens(tokens) + self.positions(position))[:, None]
        for (keys, values), block in zip(caches, self.blocks):
            q, k, v = block.project(x)
            keys.index_copy_(2, position, k)
            values.index_copy_(2, position, v)
            x = block.finish(x, F.scaled_dot_product_attention(q, keys, values, attn_mask=mask))
        return self.head(self.norm(x))[:, 0]


def pick(logits):
    """A sampled token of each row and its log-probability: the exponential race, which needs no sort and no check."""
    logprobs = torch.log_softmax(logits, -1)
    race = torch.empty_like(logprobs).exponential_().log_()
    tokens = (logprobs - race).argmax(-1)
    return tokens, logprobs.gather(1, tokens[:, None])[:, 0]


class Work:
    def __init__(self, row, compiled, device):
        self.row = row
        self.device = device
        self.compiled = compiled
        self.model = Model(row).to(device)
        self.parameters = sum(parameter.numel() for parameter in self.model.parameters())
        self.versions = {'torch': torch.__version__}
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-3, weight_decay=0.0, fused=True)
        self.sequences = row['prompts'] * row['group']
        self.generator = torch.Generator().manual_seed(0)
        # On a GPU a compiled function is also one CUDA graph; the CPU knows no such thing.
        self.mode = 'reduce-overhead' if device == 'cuda' else None
        self.decode = torch.compile(self.decode_and_pick, mode=self.mode) if compiled else None

    def random_tokens(self, *shape):
        return torch.randint(0, self.row['vocabulary'], shape, generator=self.generator).to(self.device)

    def apply(self, loss):
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def decode_and_pick(self, tokens, position, mask, caches):
        return pick(self.model.decode_fixed(tokens, position, mask, caches))

    @torch.inference_mode()
    def roll_out(self, prompts):
        """Tokens and log-probabilities, each [R, answerLength]; R = prompts x group, one prefill a prompt."""
        row, model = self.row, self.model
        group, P, A = row['group'], row['promptLength'], row['answerLength']
        shape = (prompts.shape[0], row['heads'], P + A - 1, row['width'] // row['heads'])
        caches = [[torch.zeros(shape, device=self.device) for _ in range(2)] for _ in range(row['layers'])]
        logits = model(prompts, 1, caches)[:, 0]
        if group > 1:
            caches = [[cache.repeat_interleave(group, 0) for cache in pair] for pair in caches]
            logits = logits.repeat_interleave(group, 0)
        current, logprob = pick(logits)
        tokens, logprobs = [current], [logprob]
        places = torch.arange(P + A - 1, device=self.device)
        for position in range(P, P + A - 1):
            if self.decode:
                place, mask = places[position : position + 1], (places <= position)[None]
                # A CUDA graph writes its next results over these.
                current, logprob = (one.clone() for one in self.decode(current, place, mask, caches))
            else:
                current, logprob = pick(model.decode(current, position, caches))
            tokens.append(current)
            logprobs.append(logprob)
        return torch.stack(tokens, 1), torch.stack(logprobs, 1)


class Train(Work):
    def __init__(self, *options):
        super().__init__(*options)
        self.loss = torch.compile(self.next_token_loss, mode=self.mode) if self.compiled else self.next_token_loss

    def next_token_loss(self, tokens, targets):
        V = self.row['vocabulary']
        return F.cross_entropy(self.model(tokens, tokens.shape[1]).view(-1, V), targets.view(-1))

    def step(self):
        tokens = self.random_tokens(self.sequences, self.row['answerLength'] + 1)
        return self.apply(self.loss(tokens[:, :-1], tokens[:, 1:].contiguous()))


class Rollout(Work):
    def step(self):
        tokens, logprobs = self.roll_out(self.random_tokens(self.row['prompts'], self.row['promptLength']))
        return -logprobs.mean().cpu().item() + 0 * tokens.cpu()[0, 0].item()


class Grpo(Work):
    def __init__(self, *options):
        super().__init__(*options)
        self.loss = torch.compile(self.policy_loss, mode=self.mode) if self.compiled else self.policy_loss

    def policy_loss(self, sequences, answers, old, advantages):
        logits = self.model(sequences, answers.shape[1])
        logprobs = torch.log_softmax(logits, -1).gather(2, answers[:, :, None])[:, :, 0]
        return -((logprobs - old).exp() * advantages[:, None]).sum(1).mean()

    def step(self):
        row = self.row
        prompts = self.random_tokens(row['prompts'], row['promptLength'])
        # Made under inference_mode: a clone makes them ordinary tensors.
        answers, old = (one.clone() for one in self.roll_out(prompts))
        rewards = (answers[:, -1] < row['vocabulary'] // 2).float().view(-1, row['group'])
        spread = rewards.std(1, keepdim=True, correction=0) + 1e-6
        advantages = ((rewards - rewards.mean(1, keepdim=True)) / spread).view(-1)
        sequences = torch.cat([prompts.repeat_interleave(row['group'], 0), answers[:, :-1]], 1)
        self.apply(self.loss(sequences, answers, old, advantages))
        return -old.mean().item()


class Gemm:
    """A large square product in float32: what the machine can do at most."""

    def __init__(self, row, device):
        size = row['size']
        self.factors = [torch.randn(size, size, device=device) for _ in range(2)]
        self.parameters = 0
        self.versions = {'torch': torch.__version__}

    def step(self):
        return torch.matmul(*self.factors)[0, 0].item() * 0


def create(row, compiled, threads, device):
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    # TensorFlow and JAX use the GPU's tf32 products by default; the CPU knows no such thing.
    torch.set_float32_matmul_precision('high' if device == 'gpu' else 'highest')
    place = 'cuda' if device == 'gpu' else 'cpu'
    if device == 'gpu' and not torch.cuda.is_available():
        raise RuntimeError('this build of torch finds no CUDA device')
    if row['kind'] == 'gemm':
        return Gemm(row, place)
    return {'train': Train, 'rollout': Rollout, 'grpo': Grpo}[row['kind']](row, compiled, place)
