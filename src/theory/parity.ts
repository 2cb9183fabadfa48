// Closed forms for parity with a share p of full chains (docs/science.md, section 2): what a model does that has learned the
// chain's next-token probabilities but not the parity itself. In nats, unrounded; numbers in, numbers out.
import { binaryMajority, passAtKOf } from './attempts'

/** Below this share of long training answers greedy decoding stops after one token. */
export const GREEDY_THRESHOLD = 1 / 3

/** Guards the count of rounds where 2^n equals the odds exactly, against rounding in the last bits. */
const ROUNDING = 1e-12

/** The mixture: d bits, long answers with probability p. */
export interface ParityMixture {
  bits: number
  longFraction: number
}

/** Entropy of a coin with probability q, in nats; 0 at both ends. */
export function binaryEntropy(q: number): number {
  const term = (share: number) => (share <= 0 ? 0 : -share * Math.log(share))
  return term(q) + term(1 - q)
}

/** With one bit the long answer is the short one, and both are the bit itself: there is nothing to find out. */
const isTrivial = ({ bits }: ParityMixture): boolean => bits === 1

/** Expected negative log-likelihood of an answer while the chain is known and the parity is not: the plateau of training. */
export function lossPlateau(mixture: ParityMixture): number {
  if (isTrivial(mixture)) return 0
  const p = mixture.longFraction
  const isFirstBit = (1 + p) / 2
  return binaryEntropy(isFirstBit) + isFirstBit * binaryEntropy((2 * p) / (1 + p))
}

/** The same once the parity is known too: only the choice between long and short is left to chance. */
export function lossFloor(mixture: ParityMixture): number {
  return isTrivial(mixture) ? 0 : binaryEntropy(mixture.longFraction)
}

/** Mean number of predicted tokens of an answer, end token included. */
export function meanAnswerTokens(mixture: ParityMixture): number {
  return meanLength(mixture) + 1
}

/** Mean answer length when sampling at temperature 1, end token not counted. */
export function meanLength({ bits, longFraction }: ParityMixture): number {
  return 1 + longFraction * (bits - 1)
}

/** Share of sampled answers with more than one token. */
export function longFraction(mixture: ParityMixture): number {
  return isTrivial(mixture) ? 0 : mixture.longFraction
}

/** Whether greedy decoding goes through the whole chain (at exactly 1/3 both ways tie; the chain is counted). */
export function isGreedyLong(share: number): boolean {
  return share >= GREEDY_THRESHOLD
}

/** Accuracy of greedy decoding: the first bit as a guess of the parity, or the whole chain. */
export function greedyAccuracy(mixture: ParityMixture): number {
  return isTrivial(mixture) || isGreedyLong(mixture.longFraction) ? 1 : 0.5
}

/** Median length of greedy answers; all of them are equally long. */
export function greedyLength({ bits, longFraction: share }: ParityMixture): number {
  return isGreedyLong(share) ? bits : 1
}

/** Accuracy when sampling at temperature 1: long answers are right, short ones are guesses. */
export function sampledAccuracy(mixture: ParityMixture): number {
  return isTrivial(mixture) ? 1 : (1 + mixture.longFraction) / 2
}

/**
 * Long fraction when sampling at another temperature from a model that is calibrated to share p at 1: both decisions, the first
 * bit and going on after it, have their log-odds divided by the temperature. Low temperatures kill the rarer mode.
 */
export function longFractionAt(mixture: ParityMixture, temperature: number): number {
  const { firstBit, goOn } = decisionsAt(mixture.longFraction, temperature)
  return isTrivial(mixture) ? 0 : firstBit * goOn
}

/**
 * Accuracy of samples at a temperature by kind of input: where the parity equals x1 and where it does not, which are half
 * of the inputs each. At temperature 1 both are (1+p)/2: every problem is then equally hard.
 */
export function accuraciesAt(mixture: ParityMixture, temperature: number): readonly [number, number] {
  if (isTrivial(mixture)) return [1, 1]
  const { firstBit, goOn } = decisionsAt(mixture.longFraction, temperature)
  return [firstBit, firstBit * goOn + 1 - firstBit]
}

/** P(y1 = x1), and P(going on | y1 = x1): 1 minus the P_tau(end | y1 = x1) of docs/science.md, section 2. */
function decisionsAt(p: number, temperature: number): { firstBit: number; goOn: number } {
  const sharpened = (q: number) => 1 / (1 + ((1 - q) / q) ** (1 / temperature))
  return { firstBit: sharpened((1 + p) / 2), goOn: sharpened((2 * p) / (1 + p)) }
}

/** Mean over inputs of pass@k of independent samples at a temperature, by the right final answer. */
export function passAtKSampled(mixture: ParityMixture, k: number, temperature = 1): number {
  const [one, other] = accuraciesAt(mixture, temperature)
  return (passAtKOf(one, k) + passAtKOf(other, k)) / 2
}

/** Mean over inputs of the majority of k samples being right; there are two answers, so ties are settled by a coin. */
export function majorityAtKSampled(mixture: ParityMixture, k: number, temperature = 1): number {
  const [one, other] = accuraciesAt(mixture, temperature)
  return (binaryMajority(one, k) + binaryMajority(other, k)) / 2
}

/** pass@k by the chain: at least one of k samples at temperature 1 is the whole long answer. No guess can pass it. */
export function chainPassAtK({ longFraction: p }: ParityMixture, k: number): number {
  return passAtKOf(p, k)
}

/** Long fraction after n rounds of STaR from share q: each round keeps all long answers and half of the short ones. */
export function starLongFraction(share: number, rounds: number): number {
  // Odds double with every round; written so that a large number of rounds does not overflow.
  return share / (share + (1 - share) * 2 ** -rounds)
}

/** Share of a STaR round's samples that is kept, from share q before the round. */
export function starKeptFraction(share: number): number {
  return (1 + share) / 2
}

/**
 * A round in which equal answers to a prompt count once (RFT): of a group of G samples the right long answer is kept where it
 * is among them, and so is the right short one; from share q before the round. With G = 1 it is a round of STaR.
 */
export function distinctRound(share: number, group: number): { longFraction: number; kept: number } {
  const long = passAtKOf(share, group)
  const short = passAtKOf((1 - share) / 2, group)
  return { longFraction: long / (long + short), kept: (long + short) / group }
}

/** Rounds of STaR until the long fraction exceeds 1/3 and greedy decoding flips; 0 from 1/3 on, Infinity from 0. */
export function starRoundsToFlip(share: number): number {
  if (isGreedyLong(share)) return 0
  if (share === 0) return Infinity
  const odds = ((1 - share) / (2 * share)) * (1 + ROUNDING)
  return Math.floor(Math.log2(odds)) + 1
}
