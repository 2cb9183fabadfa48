"""The GRPO step in TRL's own GRPOTrainer with a GPT-2 of the row's size: what one gets without writing anything. The
trainer runs in a thread of its own and is let through one step at a time."""
import os
import random
import tempfile
import threading

import torch
import trl
from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast, TrainerCallback

words = [chr(ord('a') + token) for token in range(16)]
# Ids behind the model's vocabulary: it cannot sample them, so no answer ends early and all do the same work.
special = ['<end>', '<pad>']


def tokenizer():
    vocabulary = {word: index for index, word in enumerate(words + special)}
    whole = Tokenizer(models.WordLevel(vocabulary, unk_token='<pad>'))
    whole.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(
        tokenizer_object=whole, eos_token='<end>', pad_token='<pad>', padding_side='left'
    )


def reward(completions, **_):
    """1 where the last token is in the first half of the vocabulary."""
    half = set(words[: len(words) // 2])
    return [float(completion.split()[-1] in half) for completion in completions]


class Gate(TrainerCallback):
    """Stops the trainer after every step until the next one is asked for."""

    def __init__(self):
        self.go = threading.Semaphore(0)
        self.done = threading.Semaphore(0)

    def on_train_begin(self, *_, **__):
        self.go.acquire()

    def on_step_end(self, *_, **__):
        self.done.release()
        self.go.acquire()


class Trl:
    def __init__(self, row, threads, device):
        length = row['promptLength'] + row['answerLength']
        model = GPT2LMHeadModel(
            GPT2Config(
                vocab_size=row['vocabulary'],
                n_positions=length,
                n_layer=row['layers'],
                n_embd=row['width'],
                n_head=row['heads'],
                bos_token_id=None,
                eos_token_id=len(words),
                pad_token_id=None,
                resid_pdrop=0.0,
                embd_pdrop=0.0,
                attn_pdrop=0.0,
            )
        )
        draw = random.Random(0)
        prompts = [' '.join(draw.choices(words, k=row['promptLength'])) for _ in range(4000)]
        config = trl.GRPOConfig(
            output_dir=tempfile.mkdtemp(),
            per_device_train_batch_size=row['prompts'] * row['group'],
            num_generations=row['group'],
            max_completion_length=row['answerLength'],
            max_steps=1_000_000,
            logging_steps=1_000_000,
            learning_rate=1e-3,
            weight_decay=0.0,
            max_grad_norm=0.0,
            beta=0.0,
            report_to=[],
            save_strategy='no',
            use_cpu=device == 'cpu',
            bf16=False,
            gradient_checkpointing=False,
            disable_tqdm=True,
        )
        self.gate = Gate()
        self.trainer = trl.GRPOTrainer(
            model=model,
            args=config,
            reward_funcs=reward,
            train_dataset=Dataset.from_dict({'prompt': prompts}),
            processing_class=tokenizer(),
            callbacks=[self.gate],
        )
        self.parameters = sum(parameter.numel() for parameter in model.parameters())
        self.versions = {'trl': trl.__version__, 'torch': torch.__version__}
        self.error = None
        threading.Thread(target=self.train, args=(threads,), daemon=True).start()

    def train(self, threads):
        # The number of threads belongs to the thread that sets it.
        torch.set_num_threads(threads)
        try:
            self.trainer.train()
        except Exception as error:
            self.error = error
        self.gate.done.release()

    def step(self):
        self.gate.go.release()
        self.gate.done.acquire()
        if self.error is not None:
            raise self.error
        return self.trainer._metrics['train']['entropy'][-1]


def create(row, threads, device):
    os.environ['WANDB_DISABLED'] = 'true'
    return Trl(row, threads, device)
