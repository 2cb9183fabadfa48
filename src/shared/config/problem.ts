// One thing wrong, or worth knowing, about a config. What is wrong is found elsewhere.

/** A problem of one field; every field involved is named in the message. */
export interface ConfigProblem {
  /** Dotted path of the field; '' for the study as a whole. */
  path: string
  /** The rule in plain words, without the path. */
  message: string
  /** Line in the file, from 1, where it is known. */
  line?: number
  severity: 'error' | 'warning'
}

/** A problem without a line. */
export function problemAt(
  path: string,
  message: string,
  severity: ConfigProblem['severity'] = 'error',
): ConfigProblem {
  return { path, message, severity }
}
