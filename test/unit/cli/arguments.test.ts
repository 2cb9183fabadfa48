// The grammar of the command line.
import { expect, test } from 'vitest'
import { parseArguments } from '../../../src/cli/arguments'
import { helpText } from '../../../src/cli/help'

test('a command with its flags, in any order after it', () => {
  const argv = ['run', '--set', 'seed=3', 'study.yaml', '--set=task.bits=4', '--engine', 'js', '--json']
  expect(parseArguments(argv)).toEqual({
    command: 'run',
    positionals: ['study.yaml'],
    flags: {
      set: ['seed=3', 'task.bits=4'],
      engine: 'js',
      json: true,
      quick: false,
      debug: false,
      transparent: false,
      picture: false,
    },
  })
})

test('no command, --help and -h mean help; so does --help after a command', () => {
  for (const argv of [[], ['--help'], ['-h'], ['help'], ['run', '--help']]) {
    expect(parseArguments(argv).command).toBe('help')
  }
})

test.each([
  [['rum', 'study.yaml'], /unknown command "rum"; did you mean run\?/],
  [['pask', 'file.jsonl'], /unknown command "pask"; did you mean passk\?/],
  [['run', 'a.yaml', '--ste', 'x=1'], /unknown flag --ste of "afterword run"; did you mean --set\?/],
  [['list', '--engine', 'js'], /unknown flag --engine of "afterword list"/],
  [['--json', 'list'], /the command comes first/],
  [['run'], /usage: afterword run <config\.yaml\|json>/],
  [['show', 'a', 'b'], /usage: afterword show <run>/],
  [['run', 'a.yaml', '--out'], /--out needs a value: --out RUN_DIR/],
  [['run', 'a.yaml', '--out', '--json'], /--out needs a value/],
  [['run', 'a.yaml', '--out', 'x', '--out', 'y'], /--out may be given once/],
  [['list', '--json=yes'], /--json takes no value/],
])('%j is refused with the reason', (argv, message) => {
  expect(() => parseArguments(argv)).toThrow(message)
  expect(() => parseArguments(argv)).toThrow(expect.objectContaining({ code: 'invalid-input' }) as Error)
})

test('the help names every command and flag', () => {
  const text = helpText()
  for (const name of ['run', 'resume', 'list', 'show', 'export', 'theory', 'passk', 'doctor'])
    expect(text).toContain(`  ${name}`)
  for (const flag of [
    '--set',
    '--out',
    '--engine',
    '--workspace',
    '--chart',
    '--to',
    '--k',
    '--json',
    '--debug',
  ]) {
    expect(text).toContain(flag)
  }
})
