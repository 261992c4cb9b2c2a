/** The page of a comparison: its table can be sorted. */
import "../components/gs-heat/gs-heat.js";
