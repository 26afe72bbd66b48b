/** A call that only its audio tells of: a softphone in a page offered it, by no protocol that we know. */
const AUDIO = "audio:";

/** Such a call's record has no number, and this in place of an address. */
export const unexplained = { number: "", via: AUDIO } as const;

export const isUnexplained = ({ via }: { via?: string | null | undefined }): boolean => via === AUDIO;
