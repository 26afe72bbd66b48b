/** A file that was dropped on the list of registers, on its way to the page of its register. */
let waiting: { list: string; file: File } | null = null;

export const hand = (list: string, file: File): void => void (waiting = { list, file });

/** The file for this register, once. */
export function take(list: string): File | null {
  if (waiting?.list !== list) return null;
  const { file } = waiting;
  waiting = null;
  return file;
}
