/** The Navigation API, which TypeScript has no types for yet. */

export interface NavigateEvent extends Event {
  readonly destination: { readonly url: string };
  readonly navigationType: "push" | "replace" | "reload" | "traverse";
  /** A person's own act began it. */
  readonly userInitiated: boolean;
  /** The link or button that began it; older versions of Chrome have none. */
  readonly sourceElement?: Element | null;
}

export const { navigation } = globalThis as unknown as { navigation: EventTarget };
