// Names for experiments that were given none: two words, and a number when those are taken.
import { randomInt } from 'node:crypto';
import { randomFrom } from '../util/random.ts';

const HOW = (
  'able agile amber apt ashen azure bold brave bright brisk calm candid clear clever cool coral crisp curly deft dense ' +
  'dusky eager early easy fair fancy fast fine firm fleet fond free fresh gentle glad golden good grand happy hardy ' +
  'hazel honest humble ideal ivory jade jolly keen kind large late light lively lone loyal lucid lucky mellow merry mild ' +
  'mint modest neat new nimble noble odd olive open pale plain polite proud pure quick quiet rapid rare ready rosy round ' +
  'royal rusty sandy sharp shy silent silver simple sleek slim smart smooth soft solid spry steady still strong sunny ' +
  'sure swift tall tame teal tidy tiny true upbeat vast vivid warm wary wise witty young zesty'
).split(' ');

const WHO = (
  'adder ant badger bat bear beaver bee bison boar bream buck bunting camel carp cat civet cod colt condor coot crab ' +
  'crane cricket crow curlew deer dingo dove drake duck eagle eel egret elk emu falcon fawn ferret finch fox frog gecko ' +
  'gibbon gnu goat goose grouse gull hare hawk hen heron hornet horse ibex ibis jackal jay koala krill lark lemur ' +
  'linnet lion lizard llama lynx magpie marten merlin mink mole moose moth mouse mule newt okapi orca oriole osprey ' +
  'otter owl ox panda perch pigeon pike pony puffin puma quail rabbit raven robin rook salmon seal shark sheep shrew ' +
  'shrike skua sloth snail snipe sparrow squid stag stoat stork swan swift tapir teal tern thrush tiger toad trout ' +
  'turtle viper vole walrus wasp weasel whale wolf wombat wren yak zebra'
).split(' ');

/** Not in `taken` (lower case), and put there. `seed`: the same number draws the same names, in the same order. */
export function newName(taken: Set<string>, seed?: number): string {
  const seeded = seed === undefined ? undefined : randomFrom(seed);
  const below = (n: number): number => seeded?.below(n) ?? randomInt(n);
  for (let tries = 0; ; tries++) {
    const words = `${HOW[below(HOW.length)]}-${WHO[below(WHO.length)]}`;
    const name = tries < 8 ? words : `${words}-${10 + below(10 ** (2 + Math.floor(tries / 8)) - 10)}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}
