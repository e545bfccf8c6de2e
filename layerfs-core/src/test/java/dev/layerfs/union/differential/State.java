package dev.layerfs.union.differential;

import java.util.ArrayList;
import java.util.List;

/**
 * What the upper and the two layers of the image have under one name before an operation. Beside it the lower layer has a
 * file {@code lf} and an empty directory {@code ed}.
 *
 * @param upper what the upper has
 * @param first what the image's upper layer has
 * @param second what the image's lower layer has
 * @param metadata what all of that has besides
 */
record State(ObjectKind upper, ObjectKind first, ObjectKind second, Metadata metadata) {

  /** Returns all states of some kinds, with the prototype's metadata and in its order. */
  static List<State> all(List<ObjectKind> kinds) {
    List<State> states = new ArrayList<>();
    for (ObjectKind upper : kinds) {
      for (ObjectKind first : kinds) {
        for (ObjectKind second : kinds) {
          states.add(new State(upper, first, second, Metadata.PLAIN));
        }
      }
    }
    return states;
  }

  /** Returns the states in which one of three places has one of some kinds and the others one of some other kinds. */
  static List<State> oneOf(List<ObjectKind> kinds, List<ObjectKind> others) {
    List<State> states = new ArrayList<>();
    for (ObjectKind kind : kinds) {
      for (ObjectKind one : others) {
        for (ObjectKind other : others) {
          states.add(new State(kind, one, other, Metadata.PLAIN));
          states.add(new State(one, kind, other, Metadata.PLAIN));
          states.add(new State(one, other, kind, Metadata.PLAIN));
        }
      }
    }
    return states;
  }

  /** Returns each state with each metadata of {@link Metadata#VARIETY}. */
  static List<State> varied(List<State> states) {
    return states.stream()
        .flatMap(state -> Metadata.VARIETY.stream()
            .map(metadata -> new State(state.upper, state.first, state.second, metadata)))
        .toList();
  }

  /** Returns the objects of the upper; none at all, not even the case's directory, if it has nothing of that name. */
  List<Planted> upperObjects() {
    return upper == ObjectKind.ABSENT ? List.of() : objects(upper, "U");
  }

  /** Returns the objects of the image's upper layer. */
  List<Planted> firstObjects() {
    return objects(first, "1");
  }

  /** Returns the objects of the image's lower layer. */
  List<Planted> secondObjects() {
    List<Planted> objects = objects(second, "2");
    objects.add(Planted.file("lf", 0644, "lf", Metadata.PLAIN));
    objects.add(Planted.directory("ed", 0755, Metadata.PLAIN));
    return objects;
  }

  private List<Planted> objects(ObjectKind kind, String tag) {
    List<Planted> objects = new ArrayList<>();
    objects.add(Planted.directory("", 0755, Metadata.PLAIN));
    objects.addAll(kind.objects(tag, metadata));
    return objects;
  }

  /** Returns what the image has under the name: what its upper layer has, or else what the lower one has. */
  ObjectKind image() {
    ObjectKind top = first == ObjectKind.ABSENT ? second : first;
    return top == ObjectKind.WHITEOUT ? ObjectKind.ABSENT : top;
  }

  /** Whether the image has a path, so that something of it would be seen through the upper. */
  boolean imageHas(String path) {
    return switch (path) {
      case "n" -> image() != ObjectKind.ABSENT;
      case "lf", "ed" -> true;
      default -> false;
    };
  }

  @Override
  public String toString() {
    return "" + upper.code() + first.code() + second.code();
  }
}
