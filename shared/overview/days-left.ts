/** The overview's groups of open requests by the days left, overdue ones first. */
export const leftGroups = [
  { label: "< 0", from: -Infinity, to: -1 },
  { label: "0–7", from: 0, to: 7 },
  { label: "8–14", from: 8, to: 14 },
  { label: "15–21", from: 15, to: 21 },
  { label: "22–30", from: 22, to: 30 },
  { label: "> 30", from: 31, to: Infinity },
] as const;
/** The number of requests in each group. */
export const byDaysLeft = (requests: readonly { daysLeft: number; count: number }[]): number[] =>
  leftGroups.map(({ from, to }) =>
    requests
      .filter(({ daysLeft }) => daysLeft >= from && daysLeft <= to)
      .reduce((sum, { count }) => sum + count, 0),
  );
