/** Whether a probe was answered, and not by chance: one answer to several questions is a stray one. */
export function isReliable(sent: number, answered: number): boolean {
  return answered > 0 && answered * 3 > sent;
}
