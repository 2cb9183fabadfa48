// Every internet socket that a process and its descendants hold, looked at again and again: where each of them leads. Linux
// only (procfs). A socket that lives shorter than the time between two looks may be missed.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** An internet socket. */
export interface Socket {
  pid: number
  protocol: string
  local: string
  remote: string
}

const LOOK_MS = 15
const tables = ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6', 'icmp', 'icmp6']

/** Looks at the sockets of a process tree until it is stopped. */
export class SocketWatch {
  private readonly seen = new Map<string, Socket>()
  private readonly known = new Set<number>()
  private readonly timer: NodeJS.Timeout
  looks = 0

  constructor(private readonly root: number) {
    this.timer = setInterval(() => this.look(), LOOK_MS)
  }

  /** Every socket that was seen, each once. */
  stop(): Socket[] {
    clearInterval(this.timer)
    return [...this.seen.values()]
  }

  /** Processes that were looked at. */
  get processes(): number {
    return this.known.size
  }

  private look(): void {
    this.looks++
    for (const pid of descendants(this.root)) {
      this.known.add(pid)
      const inodes = socketsOf(pid)
      if (inodes.size === 0) continue
      for (const socket of internetSockets(pid, inodes)) this.seen.set(JSON.stringify(socket), socket)
    }
  }
}

/** Whether an address is of this machine alone, or none yet. */
export function isLocal(address: string): boolean {
  const host = address.slice(0, address.lastIndexOf(':'))
  return /^(127\.|0\.0\.0\.0$|::1$|::$|::ffff:127\.)/.test(host)
}

/** The process and all that descend from it; children that outlive their parent are found by their session's group too. */
function descendants(root: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = readText(`/proc/${name}/stat`)
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    if (Number.isFinite(parent)) parents.set(Number(name), parent)
  }
  const found = [root]
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child)
  return found
}

function socketsOf(pid: number): Set<string> {
  const inodes = new Set<string>()
  try {
    for (const name of readdirSync(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1]
      if (inode !== undefined) inodes.add(inode)
    }
  } catch {
    // It has ended, or closed the file, since it was listed.
  }
  return inodes
}

/** Of the tables of the process's own network, which may be another one than ours. */
function internetSockets(pid: number, inodes: ReadonlySet<string>): Socket[] {
  return tables.flatMap((protocol) =>
    readText(`/proc/${pid}/net/${protocol}`)
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const fields = line.trim().split(/\s+/)
        const [, local = '', remote = ''] = fields
        if (!inodes.has(fields[9] ?? '')) return []
        return [{ pid, protocol, local: addressOf(local), remote: addressOf(remote) }]
      }),
  )
}

/** `0100007F:1F90` -> `127.0.0.1:8080`; the kernel writes words of four bytes, lowest first. */
function addressOf(text: string): string {
  const [host = '', port = ''] = text.split(':')
  const words = host.match(/.{8}/g) ?? []
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse())
  const place = Number.parseInt(port, 16)
  if (bytes.length === 4) return `${bytes.map((byte) => Number.parseInt(byte, 16)).join('.')}:${place}`
  const isMapped = bytes.slice(0, 12).join('') === '00000000000000000000ffff'.toUpperCase()
  if (isMapped)
    return `::ffff:${bytes
      .slice(12)
      .map((byte) => Number.parseInt(byte, 16))
      .join('.')}:${place}`
  const groups = Array.from({ length: 8 }, (_, index) => `${bytes[2 * index]}${bytes[2 * index + 1]}`)
  const plain = groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')
  return `${plain.replace(/^0(:0){6}:/, '::').replace(/^::0$/, '::')}:${place}`
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
