// What the workbench and its drawing thread say to each other. Plain data.
import type { ErrorCode } from '../../shared/errors'
import type { DrawnComparison } from '../../shared/workbench-api'
import type { DrawProgress, DrawRequest } from './comparison-drawer'

/** What the thread is started with. */
export interface DrawerData {
  cacheFolder: string
}
/** To the thread. */
export interface DrawMessage {
  id: number
  request: DrawRequest
}
/** From the thread. */
export type DrawerMessage =
  | { type: 'drawn'; id: number; result: DrawnComparison }
  | { type: 'failed'; id: number; error: { code: ErrorCode; message: string } }
  | { type: 'progress'; progress: DrawProgress }
