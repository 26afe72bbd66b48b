/** Counts the clicks of a job that a test walks as a person would; what is typed or chosen by keyboard is none. */
import type { Locator } from "playwright-core";

export class Clicks {
  count = 0;

  async on(what: Locator): Promise<void> {
    this.count++;
    await what.click();
  }
}
