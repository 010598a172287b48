import { randomInt } from 'node:crypto';
import { HAND_OVER_CHOICES } from '../../core/contract/hand-over.ts';

/**
 * Words that are nearly the same in most languages, in letters that every phone can show. The two devices may have
 * different languages, so nothing is translated. What they are for is to tell two screens apart, not to be secret.
 */
export const MATCHING_WORDS = [
  ...[
    'ALBUM',
    'BANANA',
    'BANJO',
    'BINGO',
    'CAMERA',
    'CINEMA',
    'COBRA',
    'DELTA',
    'DISCO',
    'DRAMA',
    'FLAMINGO',
  ],
  ...['GORILLA', 'GUITAR', 'HOTEL', 'IGLOO', 'JUDO', 'KARATE', 'KETCHUP', 'KIMONO', 'KIWI', 'KOALA', 'LASER'],
  ...['LEMON', 'LIMBO', 'MAGNET', 'MAMBO', 'MANGO', 'METRO', 'MOTOR', 'NINJA', 'OASIS', 'OPERA', 'ORIGAMI'],
  ...['PANDA', 'PAPAYA', 'PASTA', 'PIANO', 'PILOT', 'PIZZA', 'POLO', 'PUMA', 'RADAR', 'RADIO', 'ROBOT'],
  ...['SAFARI', 'SALSA', 'SAMBA', 'SAUNA', 'SOFA', 'SONAR', 'SUDOKU', 'SUSHI', 'TANGO', 'TAXI', 'TENNIS'],
  ...['TIGER', 'TOMATO', 'TUNDRA', 'VANILLA', 'VIDEO', 'VOLCANO', 'YOGA', 'ZEBRA', 'ZERO'],
] as const;

/** A word for the second device, and the words that the first one chooses it from: no two begin with the same letter. */
export function drawWords(): { word: string; choices: string[] } {
  const left: string[] = [...MATCHING_WORDS];
  const chosen: string[] = [];
  while (chosen.length < HAND_OVER_CHOICES) {
    const [word = ''] = left.splice(randomInt(left.length), 1);
    if (chosen.every((each) => each[0] !== word[0])) chosen.push(word);
  }
  return { word: chosen[randomInt(chosen.length)] as string, choices: chosen };
}
