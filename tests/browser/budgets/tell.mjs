/**
 * One figure as a line of JSON: what it may be at most, what it should be, and why it is not when it is not. `row` is the
 * budget that it belongs to, where several figures do; a figure `apart` belongs to none, and has no aim beyond what it may be.
 */
export function tell(what, value, unit, { most, aim = most, why, row = what, apart = false }) {
  console.log(JSON.stringify({ what, value, unit, most, aim, ...(!apart && { row }), ...(value > aim && why && { why }) }));
}

/** The value below which a share of them lies. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
