/** The Navigation API, of which TypeScript knows nothing yet. */

export interface NavigateEvent extends Event {
  readonly destination: { readonly url: string };
  readonly navigationType: "push" | "replace" | "reload" | "traverse";
  /** The link or button that began it; not in every Chrome. */
  readonly sourceElement?: Element | null;
}

export const { navigation } = globalThis as unknown as { navigation: EventTarget };
