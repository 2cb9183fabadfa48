// The text a person sends to somebody who can help: what happened, versions, system, and of a run its config and the end of
// its log. Names of the person's folders are left out. Pure.
import { homedir } from 'node:os'
import { stringify } from 'yaml'
import type { RunRecord } from '../shared/run/record'

/** What a report is made of. */
export interface ReportSource {
  /** One line: what did not work. */
  message: string
  /** ISO time. */
  at: string
  /** A stack. */
  detail: string
  /** Name and version of what is involved, e.g. Electron: 25.9.8. */
  versions: Readonly<Record<string, string>>
  run?: { record: RunRecord; config: unknown; log: string }
  /** Folder of the workspace. */
  workspace: string
  /** The person's home folder. */
  home?: string
}

/** The report as Markdown. */
export function errorReport(source: ReportSource): string {
  const { message, at, detail, versions, run } = source
  const lines = [
    `# ${message.split('\n')[0] ?? ''}`,
    '',
    `- Time: ${at}`,
    ...Object.entries(versions).map(([name, version]) => `- ${name}: ${version}`),
    ...(run === undefined ? [] : aboutRun(run.record)),
    ...(message.includes('\n') ? ['', '## Message', '', fenced(message)] : []),
    ...(detail === '' ? [] : ['', '## Stack', '', fenced(detail)]),
    ...(run === undefined ? [] : ['', '## Config', '', fenced(stringify(run.config), 'yaml')]),
    ...(run === undefined || run.log === '' ? [] : ['', '## End of the log', '', fenced(run.log)]),
  ]
  return withoutFolders(`${lines.join('\n')}\n`, source)
}

function aboutRun(record: RunRecord): string[] {
  const { study, point, state, engine, engineRequest, device, threads, versions = {} } = record
  return [
    `- Run: ${study} ${JSON.stringify(point)}, ${state}`,
    `- Engine: ${engine ?? `${engineRequest} was asked for`}${threads === undefined ? '' : `, ${threads} threads`}`,
    ...(device === undefined ? [] : [`- Device: ${device}`]),
    ...Object.entries(versions).map(([name, version]) => `- ${name} of the trainer: ${version}`),
  ]
}

const fenced = (text: string, language = '') => `\`\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\``

/** A text in which the workspace is called <workspace> and home folders, the person's and any other, are called ~. */
export function withoutFolders(
  text: string,
  { workspace, home = homedir() }: { workspace: string; home?: string },
): string {
  const named = [
    [workspace, '<workspace>'],
    [home, '~'],
  ] as const
  const known = named.reduce(
    (before, [folder, name]) => (folder.length > 1 ? before.split(folder).join(name) : before),
    text,
  )
  return known
    .replace(/(?:\/home|\/Users)\/[^/\s"':)]+/g, '~')
    .replace(/[A-Za-z]:\\+Users\\+[^\\\s"':)]+/g, '~')
}
