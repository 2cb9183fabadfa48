// The command line's grammar: which commands and flags exist, and errors that name the nearest one. It runs nothing.
import { parseArgs } from 'node:util'
import { exportFormats, exportPalettes, exportSizes, exportThemes } from '../shared/chart-export'
import { nearestName } from '../shared/config/words'
import { AfterwordError } from '../shared/errors'

interface FlagInfo {
  /** Name of the value in the help text; flags without one are switches. */
  value?: string
  multiple?: boolean
  help: string
}

/** Flags every command understands. */
export const commonFlags = {
  json: { help: 'print one JSON document on stdout' },
  workspace: { value: 'DIR', help: 'workspace folder (default: $AFTERWORD_WORKSPACE, else ~/Afterword)' },
  debug: { help: 'print the stack of an error' },
  help: { help: 'show this text' },
} as const satisfies Record<string, FlagInfo>

const runFlags = {
  set: {
    value: 'KEY.PATH=VALUE',
    multiple: true,
    help: 'change a config field; VALUE is YAML; may be repeated',
  },
  out: {
    value: 'RUN_DIR',
    help: 'write the run folder here instead of into the workspace; not with a sweep',
  },
  engine: { value: 'NAME', help: 'auto, xla, graph, eager or js (default: auto)' },
  device: { value: 'NAME', help: 'auto, cpu, gpu or gpu:N (default: auto, a free GPU where there is one)' },
  slots: {
    value: 'N',
    help: "runs side by side on a device; on the CPU they share its cores (default: the workspace's setting)",
  },
} as const satisfies Record<string, FlagInfo>

const exportFlags = {
  chart: {
    value: 'NAME',
    help: 'metric to draw, e.g. eval/greedy_accuracy, or its last part; without runs a saved chart by its name',
  },
  to: { value: 'FILE', help: `file to write: ${exportFormats.map((format) => `.${format}`).join(', ')}` },
  size: { value: 'NAME', help: `${exportSizes.join(', ')} (default: slide)` },
  text: { value: 'PT', help: "text size in points (default: the size's own, 18 on slides, 8 in columns)" },
  palette: { value: 'NAME', help: `${exportPalettes.join(', ')} (default: standard)` },
  theme: { value: 'NAME', help: `${exportThemes.join(', ')} (default: print, black on white)` },
  transparent: { help: 'no background' },
  scale: { value: 'N', help: 'pixels of a .png per pixel of the drawing, 1 to 4 (default: 2)' },
  picture: { help: 'the picture on the slide of a .pptx, instead of a chart that can be edited there' },
} as const satisfies Record<string, FlagInfo>

const passkFlags = {
  k: { value: 'LIST', help: 'numbers of attempts, e.g. 1,2,4 (default: powers of 2 up to the samples)' },
} as const satisfies Record<string, FlagInfo>

const reproduceFlags = {
  quick: { help: 'the quick form of every study: one seed, fewer points' },
  studies: { value: 'DIR', help: 'folder of studies (<group>/<name>.yaml) in place of the built-in ones' },
  slots: runFlags.slots,
  report: { value: 'FILE', help: 'write what came of it into this Markdown file, charts beside it' },
} as const satisfies Record<string, FlagInfo>

const resumeFlags = {
  engine: {
    value: 'NAME',
    help: "go on on another engine; numbers may then differ in the last bits (default: the run's own)",
  },
  device: {
    value: 'NAME',
    help: 'go on on another device; numbers may then differ in the last bits (default: as the run asked)',
  },
} as const satisfies Record<string, FlagInfo>

const setFlag = { set: runFlags.set } as const

interface CommandInfo {
  usage: string
  help: string
  flags: Record<string, FlagInfo>
  /** Least and most positional arguments. */
  positionals: readonly [number, number]
}

/** The commands of this program; `doctor` is answered before it starts, by bin/afterword.mjs. */
export const commands = {
  run: {
    usage: 'run <config.yaml|json>',
    help: 'train a study: every point of its sweep, in turn',
    flags: runFlags,
    positionals: [1, 1],
  },
  resume: {
    usage: 'resume <run> [--engine NAME]',
    help: 'continue a stopped, interrupted or failed run from its last checkpoint',
    flags: resumeFlags,
    positionals: [1, 1],
  },
  list: {
    usage: 'list [FILTER]',
    help: "runs of the workspace; FILTER is a word or a condition: 'algorithm = grpo and eval/greedy_accuracy.last > 0.9'",
    flags: {},
    positionals: [0, 1],
  },
  show: {
    usage: 'show <run>',
    help: 'config, state, last values, checkpoints and lineage of a run',
    flags: {},
    positionals: [1, 1],
  },
  export: {
    usage: 'export [<run>…] --chart NAME --to FILE',
    help: 'draw runs on one chart, seeds grouped, or a saved chart, or write its numbers',
    flags: exportFlags,
    positionals: [0, Infinity],
  },
  measure: {
    usage: 'measure <config.yaml|json> [--device NAME]',
    help: 'measure which engine trains a study fastest on this machine, and remember it for --engine auto',
    flags: { set: runFlags.set, device: runFlags.device },
    positionals: [1, 1],
  },
  theory: {
    usage: 'theory <config.yaml|json>',
    help: "predictions of the task's closed forms for a config",
    flags: setFlag,
    positionals: [1, 1],
  },
  passk: {
    usage: 'passk <file>… [--k LIST]',
    help: 'pass@k, pass^k and majority of samples in files, whoever made them',
    flags: passkFlags,
    positionals: [1, Infinity],
  },
  reproduce: {
    usage: 'reproduce [NAME…] [--quick] [--slots N] [--report FILE]',
    help: 'train the built-in studies, or those named, and check what they claim',
    flags: reproduceFlags,
    positionals: [0, Infinity],
  },
  help: { usage: 'help', help: 'show this text', flags: {}, positionals: [0, Infinity] },
} as const satisfies Record<string, CommandInfo>

type CommandName = keyof typeof commands

/** Flags with one value, and switches, of all commands. */
const valueFlags = [
  ...(['out', 'engine', 'device', 'chart', 'to', 'k', 'slots', 'report', 'studies', 'workspace'] as const),
  ...(['size', 'text', 'palette', 'theme', 'scale'] as const),
] as const
const switchFlags = ['quick', 'json', 'debug', 'transparent', 'picture'] as const

/** A parsed command line; `flags` holds only flags of the command and common ones. */
export interface Arguments {
  command: CommandName
  positionals: string[]
  flags: { set: string[] } & Partial<Record<(typeof valueFlags)[number], string>> &
    Record<(typeof switchFlags)[number], boolean>
}

/** Parses what follows `afterword`. Throws invalid-input naming the nearest command or flag. */
export function parseArguments(argv: readonly string[]): Arguments {
  const command = commandOf(argv)
  const info: CommandInfo = commands[command]
  const known: Record<string, FlagInfo> = { ...info.flags, ...commonFlags }
  const parsed = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(known).map(([name, flag]) => [
        name,
        {
          type: flag.value ? ('string' as const) : ('boolean' as const),
          ...(name === 'help' ? { short: 'h' } : {}),
        },
      ]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const values: Record<string, string[]> = {}
  const switches = new Set<string>()
  for (const token of parsed.tokens) {
    if (token.kind !== 'option') continue
    const flag = known[token.name]
    if (flag === undefined) throw unknownFlag(token.rawName, command, Object.keys(known))
    if (flag.value === undefined) {
      if (token.value !== undefined) throw wrong(`${token.rawName} takes no value`)
      switches.add(token.name)
      continue
    }
    if (token.value === undefined || (!token.inlineValue && token.value.startsWith('--'))) {
      throw wrong(`${token.rawName} needs a value: ${token.rawName} ${flag.value}`)
    }
    const earlier = values[token.name] ?? []
    if (earlier.length > 0 && !flag.multiple) throw wrong(`${token.rawName} may be given once`)
    values[token.name] = [...earlier, token.value]
  }
  const positionals = parsed.positionals.slice(parsed.positionals[0] === command ? 1 : 0)
  const helpWanted = switches.has('help')
  const [least, most] = info.positionals
  if (!helpWanted && (positionals.length < least || positionals.length > most)) {
    throw wrong(`usage: afterword ${info.usage}`)
  }
  const given = valueFlags.flatMap((name) => {
    const value = values[name]?.[0]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    command: helpWanted ? 'help' : command,
    positionals,
    flags: {
      set: values['set'] ?? [],
      ...(Object.fromEntries(given) as Partial<Record<(typeof valueFlags)[number], string>>),
      ...(Object.fromEntries(switchFlags.map((name) => [name, switches.has(name)])) as Record<
        (typeof switchFlags)[number],
        boolean
      >),
    },
  }
}

function commandOf(argv: readonly string[]): CommandName {
  const first = argv[0]
  if (first === undefined || first === '--help' || first === '-h') return 'help'
  if (Object.hasOwn(commands, first)) return first as CommandName
  const names = Object.keys(commands)
  if (first.startsWith('-')) throw wrong(`the command comes first: afterword ${names.join('|')} …`)
  throw wrong(`unknown command "${first}"${suggestion(first, names)}; see "afterword help"`)
}

function unknownFlag(rawName: string, command: string, names: readonly string[]): AfterwordError {
  const flags = names.map((name) => `--${name}`)
  return wrong(`unknown flag ${rawName} of "afterword ${command}"${suggestion(rawName, flags)}`)
}

function suggestion(given: string, names: readonly string[]): string {
  const name = nearestName(given, names)
  return name === undefined ? '' : `; did you mean ${name}?`
}

function wrong(message: string): AfterwordError {
  return new AfterwordError('invalid-input', message)
}
