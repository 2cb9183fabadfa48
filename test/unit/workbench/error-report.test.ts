// Reports of errors: what they say, and that they do not say where the person's files lie.
import { expect, test } from 'vitest'
import { errorReport, withoutFolders } from '../../../src/workbench/error-report'

const places = { workspace: '/home/ada/Afterword', home: '/home/ada' }

test('a report has the error, the versions, the run with its config and the end of its log', () => {
  const text = errorReport({
    ...places,
    message: 'train/loss is NaN\nat step 12',
    at: '2026-11-21T20:00:00.000Z',
    detail: 'Error: train/loss is NaN\n    at run (/home/ada/src/afterword/out/main/trainer.js:1:2)',
    versions: { Afterword: '0.1.0', System: 'linux x64' },
    run: {
      record: {
        version: 1,
        id: 'toy-1',
        study: 'toy',
        point: { seed: 1 },
        state: 'failed',
        created: '2026-11-21T19:00:00.000Z',
        engineRequest: 'auto',
        engine: 'graph',
        threads: 2,
        device: 'CPU (any)',
      },
      config: { name: 'toy', seed: 1 },
      log: 'failed: /home/ada/Afterword/runs/toy-1/metrics.jsonl',
    },
  })
  expect(text).toBe(`# train/loss is NaN

- Time: 2026-11-21T20:00:00.000Z
- Afterword: 0.1.0
- System: linux x64
- Run: toy {"seed":1}, failed
- Engine: graph, 2 threads
- Device: CPU (any)

## Message

\`\`\`\`
train/loss is NaN
at step 12
\`\`\`\`

## Stack

\`\`\`\`
Error: train/loss is NaN
    at run (~/src/afterword/out/main/trainer.js:1:2)
\`\`\`\`

## Config

\`\`\`\`yaml
name: toy
seed: 1
\`\`\`\`

## End of the log

\`\`\`\`
failed: <workspace>/runs/toy-1/metrics.jsonl
\`\`\`\`
`)
})

test.each([
  ['open /home/grace/data.jsonl', 'open ~/data.jsonl'],
  ['/Users/Grace Hopper/x', '~ Hopper/x'],
  ['C:\\Users\\grace\\Afterword\\runs', '~\\Afterword\\runs'],
  ['"C:\\\\Users\\\\grace\\\\x"', '"~\\\\x"'],
  ['/opt/afterword', '/opt/afterword'],
])('%s is told as %s', (text, told) => {
  expect(withoutFolders(text, places)).toBe(told)
})
