/** As of a release before these were taken over: neither the marks nor the trail say that recipients are wanted. */
import { env } from "cloudflare:workers";
import { asOwner } from "../helpers.ts";

export const neverTakenOver = (...marks: string[]): Promise<void> =>
  asOwner(["audit"], () => {
    const named = marks.map((mark) => `'recipients_marks/${mark}'`).join(", ");
    return env.DB.exec(
      `DELETE FROM audit WHERE subject IN (${named}); DELETE FROM marks WHERE 'recipients_marks/' || name IN (${named})`,
    );
  });
