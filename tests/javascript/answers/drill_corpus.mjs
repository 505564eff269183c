// Reads {sentences, drills} and writes what the page's judge says to the right number and to each mistake's, as it is
// typed to four digits, at each point of each task.
import { readFileSync } from "node:fs";
import { asking, keyAt } from "../../../book/_answers/drills.js";
import { feedback } from "../../../book/_answers/judge.js";
import { SENTENCES } from "../../../book/_answers/sentences.js";

const { sentences, drills } = JSON.parse(readFileSync(0, "utf8"));
Object.assign(SENTENCES, sentences);
const typed = (value) => String(Number(value.toPrecision(4)));
const found = {};
for (const [task, drill] of Object.entries(drills)) {
  found[task] = drill.points.map((_, place) => {
    const key = keyAt(drill, place);
    return {
      asked: asking(drill, place),
      right: feedback(key, typed(drill.correct[place])).correct,
      named: drill.wrong.map(({ values }) => feedback(key, typed(values[place]))).map(({ correct, message }) => correct || message),
    };
  });
}
process.stdout.write(JSON.stringify(found));
