// Regularised logistic regression by Newton's method on weighted examples: exact to rounding, for tens of features.
import { logisticLoss, sigmoid } from './linear-features'

/** An example: features, label +1 or -1, and its probability. */
export interface WeightedExample {
  features: Float64Array
  label: 1 | -1
  weight: number
}

/** Largest number of Newton steps; separable data with a weak penalty take about twenty. */
const maxSteps = 200
/** Below this expected decrease the objective cannot tell a good step from a bad one, and full steps converge quadratically. */
const quadraticRegime = 1e-13
/** Full steps taken there: errors are squared with each. */
const lastSteps = 3

/**
 * The weights that minimise the mean of log(1 + exp(-label <w, features>)) plus (lambda/2)|w|^2. Coinciding features are no
 * problem: the penalty makes the optimum unique. Newton steps are halved until the objective falls.
 */
export function fitLogistic(examples: readonly WeightedExample[], lambda: number): Float64Array {
  const size = examples[0]?.features.length ?? 0
  let weights: Float64Array = new Float64Array(size)
  let value = objective(examples, weights, lambda)
  let left = lastSteps
  for (let step = 0; step < maxSteps && left > 0; step++) {
    const { gradient, hessian } = derivatives(examples, weights, lambda)
    const direction = solveCholesky(hessian, gradient)
    if (dot(gradient, direction) < quadraticRegime) {
      weights = moved(weights, direction, 1)
      left--
      continue
    }
    let scale = 1
    let next = moved(weights, direction, scale)
    while (objective(examples, next, lambda) > value) next = moved(weights, direction, (scale /= 2))
    weights = next
    value = objective(examples, weights, lambda)
  }
  return weights
}

/** Inner product. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number)
  return sum
}

function objective(examples: readonly WeightedExample[], weights: Float64Array, lambda: number): number {
  let sum = (lambda / 2) * dot(weights, weights)
  for (const { features, label, weight } of examples)
    sum += weight * logisticLoss(label * dot(weights, features))
  return sum
}

/** Gradient [size] and Hessian [size, size], row-major, its lower triangle only. */
function derivatives(examples: readonly WeightedExample[], weights: Float64Array, lambda: number) {
  const size = weights.length
  const gradient = weights.map((weight) => lambda * weight)
  const hessian = new Float64Array(size * size)
  for (let row = 0; row < size; row++) hessian[row * size + row] = lambda
  for (const { features, label, weight } of examples) {
    const wrong = sigmoid(-label * dot(weights, features))
    const slope = -weight * label * wrong
    const curvature = weight * wrong * (1 - wrong)
    for (let row = 0; row < size; row++) {
      const feature = features[row] as number
      gradient[row] = (gradient[row] as number) + slope * feature
      const factor = curvature * feature
      const start = row * size
      for (let column = 0; column <= row; column++) {
        hessian[start + column] = (hessian[start + column] as number) + factor * (features[column] as number)
      }
    }
  }
  return { gradient, hessian }
}

const moved = (weights: Float64Array, direction: Float64Array, scale: number): Float64Array =>
  weights.map((weight, index) => weight - scale * (direction[index] as number))

/** Solves A v = b for a symmetric positive definite A given by its lower triangle, which is overwritten by its factor. */
function solveCholesky(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length
  const at = (row: number, column: number) => matrix[row * size + column] as number
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = at(row, column)
      for (let inner = 0; inner < column; inner++) sum -= at(row, inner) * at(column, inner)
      matrix[row * size + column] = row === column ? Math.sqrt(sum) : sum / at(column, column)
    }
  }
  const solution = right.slice()
  for (let row = 0; row < size; row++) {
    let sum = solution[row] as number
    for (let inner = 0; inner < row; inner++) sum -= at(row, inner) * (solution[inner] as number)
    solution[row] = sum / at(row, row)
  }
  for (let row = size - 1; row >= 0; row--) {
    let sum = solution[row] as number
    for (let inner = row + 1; inner < size; inner++) sum -= at(inner, row) * (solution[inner] as number)
    solution[row] = sum / at(row, row)
  }
  return solution
}
