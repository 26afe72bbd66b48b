/**
 * Who hears what the judges of frames of one origin find, while the background tries whether calls are held
 * (background/canary/in-page.ts). It puts an ear into the outermost of these frames for the time of one try, on the global
 * object of the extension's own world, which no script of the page can reach.
 */
import { outermostFrame } from "../channel.ts";

export type Ear = (holds: boolean) => void;

export const ear = (): Ear | undefined => (outermostFrame() as Window & { cleardialEar?: Ear }).cleardialEar;
