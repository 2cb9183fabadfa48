"""One contestant in a process of its own: reads commands from stdin, a line of JSON each, and answers on file descriptor 3.

Knows no work and no library: torch_peer.py, jax_peer.py and trl_peer.py do the work. A contestant is an object with
`step()` (one whole call, waited for, giving a number to check), `parameters` and `versions`.
"""
import json
import os
import sys
import time
import traceback


def create(name, row, threads, device):
    """Makes the contestant `name` for a row of work; imports only the library it needs."""
    if name in ('torch', 'torch-compile'):
        import torch_peer

        return torch_peer.create(row, compiled=name == 'torch-compile', threads=threads, device=device)
    if name == 'jax':
        import jax_peer

        return jax_peer.create(row, device=device)
    if name == 'trl':
        import trl_peer

        return trl_peer.create(row, threads=threads, device=device)
    raise ValueError(f'no contestant named {name}')


def burst(contestant, seconds, most_calls):
    """Seconds of each call: calls for about `seconds`, one at least and `most_calls` at most."""
    times = []
    end = time.perf_counter() + seconds
    while not times or (len(times) < most_calls and time.perf_counter() < end):
        start = time.perf_counter()
        contestant.step()
        times.append(time.perf_counter() - start)
    return times


def prepare(contestant):
    """The first two calls compile; what they took above two warm calls is the compile time."""
    start = time.perf_counter()
    value = contestant.step()
    contestant.step()
    cold = time.perf_counter() - start
    warm = min(burst(contestant, float('inf'), 2))
    return {
        'compileSeconds': max(0.0, cold - 2 * warm),
        'value': float(value),
        'parameters': contestant.parameters,
        'versions': contestant.versions,
    }


def main():
    answers = os.fdopen(3, 'w')
    name = sys.argv[1]
    contestant = None
    for line in sys.stdin:
        command = json.loads(line)
        try:
            if command['command'] == 'prepare':
                contestant = create(name, command['row'], command['threads'], command['device'])
                answer = prepare(contestant)
            elif command['command'] == 'burst':
                answer = {'seconds': burst(contestant, command['seconds'], command['mostCalls'])}
            else:
                raise ValueError(f'no command named {command["command"]}')
        except Exception as error:  # the bench skips this contestant and prints why
            traceback.print_exc()
            answer = {'error': f'{type(error).__name__}: {error}'}
        answers.write(json.dumps(answer) + '\n')
        answers.flush()
    # Threads of the libraries may still wait for work; nothing of theirs is worth waiting for.
    os._exit(0)


main()
