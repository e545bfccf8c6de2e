package dev.layerfs;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.stream.Stream;

/** A rule about the types that public methods and constructors mention. */
final class Signatures {
  private Signatures() {}

  /** Public signatures mention primitives and types of the given name prefixes only. */
  static ArchCondition<JavaClass> nameOnly(String... prefixes) {
    List<String> allowed = List.of(prefixes);
    return new ArchCondition<>("mention only types of " + allowed) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (JavaCodeUnit unit : type.getCodeUnits()) {
          if (unit.getModifiers().contains(JavaModifier.PUBLIC)) {
            mentioned(unit)
                .filter(t -> !t.isPrimitive())
                .filter(t -> allowed.stream().noneMatch(t.getName()::startsWith))
                .forEach(t -> events.add(SimpleConditionEvent.violated(
                    unit, unit.getFullName() + " mentions " + t.getName())));
          }
        }
      }
    };
  }

  private static Stream<JavaClass> mentioned(JavaCodeUnit unit) {
    return Stream.concat(Stream.of(unit.getRawReturnType()), unit.getRawParameterTypes().stream())
        .map(JavaClass::getBaseComponentType);
  }
}
