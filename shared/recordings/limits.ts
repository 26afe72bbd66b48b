/** Rows of a provider's own store that one import takes: the provider is asked about each. */
export const PROVIDER_ROWS = 50;

/** Why an erasure failed where the store has another object than was registered. */
const OTHER = ": another object";
export const otherObject = (store: string): string => store + OTHER;
export const isOtherObject = (error: string | null): boolean => error?.endsWith(OTHER) ?? false;
