// Brings a lesson's bets and questions to life, and says below it how many of its exercises are solved.
import { addPanel, pageData } from "./panel.js";
import { askQuestions } from "./questions.js";

askQuestions();
const lesson = pageData();
if (lesson) addPanel(lesson.records, lesson.exercises);
performance.mark("questions-ready");
