package dev.caravan.route;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.OtherwiseDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.WhenDefinition;

/** What stands inside a step: Camel's model has the branches of a choice beside its steps, here they are around them. */
final class StepTree {

    private StepTree() {}

    static List<OptionalIdentifiedDefinition<?>> inside(OptionalIdentifiedDefinition<?> step) {
        List<OptionalIdentifiedDefinition<?>> inside = new ArrayList<>();
        if (step instanceof ChoiceDefinition choice) {
            inside.addAll(choice.getWhenClauses());
            if (choice.getOtherwise() != null) {
                inside.add(choice.getOtherwise());
            }
        } else if (step instanceof WhenDefinition when) {
            inside.addAll(when.getOutputs());
        } else if (step instanceof OtherwiseDefinition otherwise) {
            inside.addAll(otherwise.getOutputs());
        } else if (step instanceof ProcessorDefinition<?> processor) {
            inside.addAll(processor.getOutputs());
        }
        return inside;
    }
}
