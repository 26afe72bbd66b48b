/**
 * Who hears what the judge of a frame finds, while the background tries whether calls are held
 * (background/canary/in-page.ts). It puts an ear into a frame for the time of one try, on the global object of the
 * extension's own world, which no script of the page can reach.
 */
export type Ear = (holds: boolean) => void;
export declare const ear: () => Ear | undefined;
