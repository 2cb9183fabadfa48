// Feature maps of the linear autoregressive model (Tsilivis et al. 2025, arXiv 2510.11495, section 4): one head for each
// position of the answer, on entries +1 and -1. A sequence is x_1 … x_d followed by the answer y_1, y_2, …

/** Numbers of features of head l = 1 … d on d bits: phi_1 = x, phi_l in R^(2d + l - 1). The bias of head 2a is not counted. */
export function featureCount(bits: number, head: number): number {
  return head === 1 ? bits : 2 * bits + head - 1
}

/**
 * Writes phi_l of a sequence into the beginning of `into`. Head 1 sees x. Head l >= 2, and head 2a with l = 2, sees every entry
 * so far, x_1 … x_(d+l-1) with y_i = x_(d+i), then the last of them times each of x_1 … x_d.
 */
export function writeFeatures(sequence: Float64Array, bits: number, head: number, into: Float64Array): void {
  const entries = bits + head - 1
  for (let index = 0; index < entries; index++) into[index] = sequence[index] as number
  if (head === 1) return
  const last = sequence[entries - 1] as number
  for (let bit = 0; bit < bits; bit++) into[entries + bit] = last * (sequence[bit] as number)
}

/** 1 / (1 + exp(-z)) without overflow: the first iterates of the SGD are as large as 1/lambda. */
export function sigmoid(z: number): number {
  if (z >= 0) return 1 / (1 + Math.exp(-z))
  const small = Math.exp(z)
  return small / (1 + small)
}

/** -log sigmoid(z), finite for every finite z. */
export function logisticLoss(z: number): number {
  return Math.log1p(Math.exp(-Math.abs(z))) + Math.max(-z, 0)
}
