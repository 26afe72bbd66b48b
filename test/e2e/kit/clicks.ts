/** Counts the steps of a job that a test walks as a person would. */
import type { Locator, Page } from "playwright-core";

/** What is typed or chosen by keyboard is no click. */
export class Clicks {
  count = 0;

  async on(what: Locator): Promise<void> {
    await this.does(() => what.click());
  }

  /** A click by other means: what is in our closed root has no locator. */
  async does(click: () => Promise<unknown>): Promise<void> {
    this.count++;
    await click();
  }
}

/** Of a job by keyboard alone, each key; a text that is typed is one more. */
export class Keys {
  count = 0;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async press(key: string): Promise<void> {
    this.count++;
    await this.#page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    this.count++;
    await this.#page.keyboard.type(text);
  }
}
